using Dispatch.Api.Storage;

namespace Dispatch.Api.Http.Access;

/// <summary>Who may call an endpoint, said where the endpoint is mapped. An endpoint that says nothing stops the start.</summary>
internal static class Openings
{
    public static TBuilder For<TBuilder>(this TBuilder endpoint, params Role[] roles)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.RequireAuthorization(policy => policy.RequireRole(roles.Append(Role.Admin).Distinct().Select(Words.Of)));

    public static TBuilder ForEveryone<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.AllowAnonymous();

    // A client without scopes could do all of it.
    private static bool IsOpenToAnyClient(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<NeedsScope>() is null
        && endpoint
            .Metadata.GetOrderedMetadata<Microsoft.AspNetCore.Authorization.AuthorizationPolicy>()
            .SelectMany(policy =>
                policy.Requirements.OfType<Microsoft.AspNetCore.Authorization.Infrastructure.RolesAuthorizationRequirement>()
            )
            .Any(roles => roles.AllowedRoles.Contains(Words.Of(Role.Partner)));

    public static void RequireDecisions(IEnumerable<Endpoint> endpoints)
    {
        var undecided = endpoints
            .OfType<RouteEndpoint>()
            .Where(endpoint =>
                IsOpenToAnyClient(endpoint)
                || (
                    endpoint.Metadata.GetMetadata<Microsoft.AspNetCore.Authorization.IAuthorizeData>() is null
                    && endpoint.Metadata.GetMetadata<Microsoft.AspNetCore.Authorization.AuthorizationPolicy>() is null
                    && endpoint.Metadata.GetMetadata<Microsoft.AspNetCore.Authorization.IAllowAnonymous>() is null
                )
            )
            .Select(endpoint => endpoint.RoutePattern.RawText)
            .ToList();
        if (undecided.Count > 0)
        {
            throw new InvalidOperationException($"Nobody decided who may call: {string.Join(", ", undecided)}.");
        }
    }
}
