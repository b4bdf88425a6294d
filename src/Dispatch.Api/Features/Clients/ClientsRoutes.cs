namespace Dispatch.Api.Features.Clients;

internal static class ClientsRoutes
{
    public static void MapClients(this IEndpointRouteBuilder v1)
    {
        var clients = v1.MapGroup("/clients").WithTags("Clients");
        clients.MapRegisterClient();
        clients.MapListClients();
        clients.MapShowClient();
        clients.MapMakeClientKey();
        clients.MapRevokeClientKey();
    }
}
