using Microsoft.AspNetCore.Authorization;

namespace Dispatch.Api.Http.Access;

/// <summary>Opens every endpoint to those whom <see cref="Permissions"/> names, and to nobody else.</summary>
internal static class Openings
{
    /// <summary>An endpoint without a line of the table stops the start, and so does a line without an endpoint.</summary>
    public static TBuilder OpenByPermissions<TBuilder>(this TBuilder endpoints)
        where TBuilder : IEndpointConventionBuilder
    {
        endpoints.Finally(builder => Open((RouteEndpointBuilder)builder));
        return endpoints;
    }

    /// <summary>Refuses to go on where somebody could come in whom nobody let in.</summary>
    public static void RequireDecisions(IEnumerable<Endpoint> endpoints)
    {
        var served = endpoints.OfType<RouteEndpoint>().ToList();
        var undecided = served
            .Where(endpoint =>
                endpoint.Metadata.GetMetadata<IAuthorizeData>() is null && endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null
            )
            .Select(endpoint => endpoint.RoutePattern.RawText)
            .ToList();
        if (undecided.Count > 0)
        {
            throw new InvalidOperationException($"Nobody decided who may call: {string.Join(", ", undecided)}.");
        }

        var names = served.Select(endpoint => endpoint.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName).ToHashSet();
        var unserved = Permissions.All.Select(permission => permission.Operation).Where(operation => !names.Contains(operation)).ToList();
        if (unserved.Count > 0)
        {
            throw new InvalidOperationException($"There are permissions for what is not served: {string.Join(", ", unserved)}.");
        }
    }

    private static void Open(RouteEndpointBuilder endpoint)
    {
        var name = endpoint.Metadata.OfType<IEndpointNameMetadata>().LastOrDefault()?.EndpointName;
        var permission =
            (name is null ? null : Permissions.Find(name))
            ?? throw new InvalidOperationException($"Nobody decided who may call {name ?? endpoint.RoutePattern.RawText}.");
        if (permission.IsForEveryone)
        {
            endpoint.Metadata.Add(new AllowAnonymousAttribute());
            return;
        }

        var policy = new AuthorizationPolicyBuilder().RequireRole(permission.Reaches.Keys.Select(Storage.Words.Of));
        if (permission.Scope is { } scope)
        {
            endpoint.Metadata.Add(new NeedsScope(scope));
            policy.RequireAssertion(context => Scopes.Suffice(context.User, scope));
        }

        endpoint.Metadata.Add(new AuthorizeAttribute());
        endpoint.Metadata.Add(policy.Build());
    }
}
