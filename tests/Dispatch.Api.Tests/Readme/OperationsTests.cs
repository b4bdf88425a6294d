using Dispatch.Api.Http.Access;
using Dispatch.Api.Http.Contract;
using Dispatch.Api.Storage;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Infrastructure;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Dispatch.Api.Tests.Readme;

public sealed class OperationsTests(RunningService service) : IClassFixture<RunningService>
{
    private const string Everyone = "everyone";

    [Fact]
    public void The_life_cycle_guide_says_of_every_operation_who_may_call_it()
    {
        var open = Operations()
            .Select(operation => $"{Name(operation)}: {string.Join(", ", Roles(operation))}")
            .Order(StringComparer.Ordinal);
        var told = Page.Rows(new Page("api-specs/guides/lifecycle.md").Section("## Who may do what"))
            .Select(row => $"{row[0]}: {row[2]}")
            .Order(StringComparer.Ordinal);
        Assert.Equal(open, told);
    }

    [Fact]
    public void The_life_cycle_guide_gives_the_address_of_every_operation()
    {
        var served = Operations()
            .Select(operation => $"{Name(operation)} {Method(operation)} {Place(operation)}")
            .Order(StringComparer.Ordinal);
        var told = Page.Rows(new Page("api-specs/guides/lifecycle.md").Section("## Who may do what"))
            .Select(row => $"{row[0]} {row[1]}")
            .Order(StringComparer.Ordinal);
        Assert.Equal(served, told);
    }

    [Fact]
    public void The_guide_to_signing_in_names_the_scope_of_every_operation_that_clients_may_call()
    {
        var needed = Operations()
            .Where(operation => AllowedRoles(operation).Contains(Words.Of(Role.Partner)))
            .Select(operation => $"{Name(operation)} {Words.Of(operation.Metadata.GetMetadata<NeedsScope>()!.Scope)}");
        var told = Page.Rows(new Page("api-specs/guides/signing-in.md").Section("## Clients"))
            .SelectMany(row => row[1].Split(", ").Select(operation => $"{operation} {row[0]}"));
        Assert.Equal(needed.Order(StringComparer.Ordinal), told.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_guide_to_repeating_names_the_operations_whose_answers_are_not_kept()
    {
        var guide = new Page("api-specs/guides/idempotency-and-paging.md").Section("## Idempotency-Key");
        Assert.All(
            Operations().Where(operation => operation.Metadata.GetMetadata<KeepsNoAnswer>() is not null),
            operation => Assert.Contains($"`{Name(operation)}`", guide, StringComparison.Ordinal)
        );
    }

    [Fact]
    public void An_administrator_may_call_whatever_is_not_for_everyone() =>
        Assert.All(
            Operations().Where(operation => !IsForEveryone(operation)),
            operation => Assert.Contains(Words.Of(Role.Admin), AllowedRoles(operation))
        );

    [Fact]
    public void The_guide_to_repeating_names_the_operations_that_need_a_key() =>
        Compare<RequiresIdempotencyKey>("## Operations that need a key");

    [Fact]
    public void The_guide_to_repeating_names_the_operations_that_need_the_version_read() =>
        Compare<RequiresIfMatch>("## Operations that need If-Match");

    private void Compare<TMark>(string heading)
        where TMark : class
    {
        var marked = Operations().Where(operation => operation.Metadata.GetMetadata<TMark>() is not null).Select(Name);
        var told = Page.Rows(new Page("api-specs/guides/idempotency-and-paging.md").Section(heading)).Select(row => row[0]);
        Assert.Equal(marked.Order(StringComparer.Ordinal), told.Order(StringComparer.Ordinal));
    }

    private IEnumerable<RouteEndpoint> Operations() =>
        service
            .Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<IEndpointNameMetadata>() is not null);

    private static string Name(Microsoft.AspNetCore.Http.Endpoint operation) =>
        operation.Metadata.GetMetadata<IEndpointNameMetadata>()!.EndpointName;

    private static string Method(RouteEndpoint operation) => operation.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Single();

    private static string Place(RouteEndpoint operation) =>
        "/"
        + operation
            .RoutePattern.RawText!.Trim('/')
            .Replace(":guid", "", StringComparison.Ordinal)
            .Replace(":int", "", StringComparison.Ordinal);

    private static IEnumerable<string> Roles(RouteEndpoint operation) =>
        IsForEveryone(operation) ? [Everyone] : AllowedRoles(operation).Where(role => role != Words.Of(Role.Admin));

    private static bool IsForEveryone(RouteEndpoint operation) => operation.Metadata.GetMetadata<IAllowAnonymous>() is not null;

    private static IReadOnlyList<string> AllowedRoles(RouteEndpoint operation) =>
        [
            .. operation
                .Metadata.GetOrderedMetadata<AuthorizationPolicy>()
                .SelectMany(policy => policy.Requirements.OfType<RolesAuthorizationRequirement>())
                .SelectMany(requirement => requirement.AllowedRoles)
                .OrderBy(role => Words.To<Role>(role)),
        ];
}
