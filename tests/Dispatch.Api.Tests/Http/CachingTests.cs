using System.Globalization;
using System.Net;
using Dispatch.Api.Features.Exports;
using Dispatch.Api.Http;
using Dispatch.Api.Tests.Features;
using Dispatch.Api.Tests.Features.DispatchRuns;
using Dispatch.Api.Tests.Features.Exports;
using Dispatch.Api.Tests.Features.Imports;
using Dispatch.Api.Tests.Features.ServiceRecords;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Dispatch.Api.Tests.Http;

/// <summary>What caches may keep: the public catalogue, and nothing else.</summary>
public sealed class CachingTests(RunningService service) : IClassFixture<RunningService>
{
    private static readonly string[] Catalogue =
    [
        "/openapi/{documentName}.json",
        "/v1/consent-texts",
        "/v1/indicators/",
        "/v1/indicators/{indicator}",
        "/v1/permissions",
        "/v1/personal-data",
        "/v1/regions/",
        "/v1/regions/{code}",
        "/v1/skills/",
    ];

    [Theory]
    [InlineData("/v1/regions", "Accept, Accept-Language, Origin")]
    [InlineData("/v1/regions?parent=330000", "Accept, Accept-Language, Origin")]
    [InlineData("/v1/regions/331083", "Accept-Language, Origin")]
    [InlineData("/v1/skills", "Accept-Language, Origin")]
    [InlineData("/v1/permissions", "Accept-Language, Origin")]
    [InlineData("/v1/personal-data", "Accept-Language, Origin")]
    [InlineData("/v1/consent-texts", "Accept-Language, Origin")]
    [InlineData("/v1/indicators", "Accept-Language, Origin")]
    [InlineData("/v1/indicators/services", "Accept-Language, Origin")]
    [InlineData("/openapi/v1.json", "Accept-Language, Origin")]
    public async Task The_public_catalogue_may_be_kept_and_is_asked_for_again_by_its_tag(string path, string vary)
    {
        foreach (var client in new[] { service.Anonymous(), service.Officer() })
        {
            using var first = await client.GetAsync(path);
            Assert.Equal(HttpStatusCode.OK, first.StatusCode);
            Assert.True(first.Headers.CacheControl is { Public: true, NoStore: false, MaxAge.TotalSeconds: > 0 });
            Assert.Equal(vary, string.Join(", ", first.Headers.GetValues("Vary")));
            Assert.False(first.Headers.ETag!.IsWeak);
            using var again = await Ask(client, path, first.Headers.ETag.Tag);
            Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
            Assert.Empty(await again.Content.ReadAsByteArrayAsync());
            Assert.Equal(first.Headers.ETag, again.Headers.ETag);
            Assert.Equal(first.Headers.CacheControl, again.Headers.CacheControl);
            Assert.Equal(vary, string.Join(", ", again.Headers.GetValues("Vary")));
            using var other = await Ask(client, path, "\"1-0000000000000000\"");
            Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        }
    }

    [Fact]
    public async Task Another_part_of_the_catalogue_has_another_tag()
    {
        using var whole = await service.Anonymous().GetAsync("/v1/regions");
        using var part = await service.Anonymous().GetAsync("/v1/regions?parent=330000");
        Assert.NotEqual(whole.Headers.ETag, part.Headers.ETag);
    }

    [Theory]
    [InlineData("/v1/regions?colour=red")]
    [InlineData("/v1/regions/999999")]
    [InlineData("/openapi/v9.json")]
    public async Task A_refusal_of_the_catalogue_is_not_kept(string path)
    {
        using var answer = await service.Anonymous().GetAsync(path);
        Assert.True((int)answer.StatusCode >= 400);
        Assert.True(answer.Headers.CacheControl?.NoStore);
        Assert.Null(answer.Headers.ETag);
    }

    [Fact]
    public async Task Everything_else_that_can_be_read_is_never_kept_and_varies_by_who_reads()
    {
        var (request, visit) = await service.Given.AScheduledVisit();
        var (_, offer) = await service.Given.AnOffer();
        var track = (await service.Given.AnOpenRequest()).Text("trackToken");
        var run = (await service.StartRun(new { requestIds = new[] { request } })).Id();
        await service.Given.AConfirmedCorrection("鱼塘里的增氧机一开就跳闸，请人来看看。", "pow-rural");
        var version = (await service.As("admin").Post("/v1/suggestion-versions").Must(HttpStatusCode.Created)).Number("number");
        var administrator = service.As("admin");
        var account = (
            await administrator.Post("/v1/accounts", new { login = "read-by-all", role = "officer" }).Must(HttpStatusCode.Created)
        )["account"]!.Id();
        var client = (
            await administrator.Post("/v1/clients", new { name = "12345", scopes = new[] { "notices" } }).Must(HttpStatusCode.Created)
        ).Id();
        var approval = (
            await service.Officer().Post("/v1/erasures", new { requestId = request, reason = "本人要求" }).Must(HttpStatusCode.Created)
        ).Id();
        var export = await service.AnExport(administrator);
        await administrator.Post("/v1/report-periods/2026-05/close", new { region = "330000" }).Must();
        var import = (await service.AnImport(Files.Members, "members")).Id();
        var member = await service.Given.AMember("read-by-all");
        var certificate = await service.ACertificate(member);
        var reads = service
            .Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains("GET") == true)
            .ToList();
        Assert.Equal(
            Catalogue,
            reads
                .Where(endpoint => endpoint.Metadata.GetMetadata<PublicCatalogue>() is not null)
                .Select(endpoint => endpoint.RoutePattern.RawText!)
                .Order(StringComparer.Ordinal)
        );
        foreach (var endpoint in reads.Where(endpoint => !Catalogue.Contains(endpoint.RoutePattern.RawText)))
        {
            var path = endpoint
                .RoutePattern.RawText!.Replace("{requestId:guid}", request.ToString(), StringComparison.Ordinal)
                .Replace("{visitId:guid}", visit.ToString(), StringComparison.Ordinal)
                .Replace("{offerId:guid}", offer.ToString(), StringComparison.Ordinal)
                .Replace("{teamId:guid}", RunningService.TeamId(Given.Expert).ToString(), StringComparison.Ordinal)
                .Replace("{runId:guid}", run.ToString(), StringComparison.Ordinal)
                .Replace("{accountId:guid}", account.ToString(), StringComparison.Ordinal)
                .Replace("{approvalId:guid}", approval.ToString(), StringComparison.Ordinal)
                .Replace("{clientId:guid}", client.ToString(), StringComparison.Ordinal)
                .Replace("{exportId:guid}", export.ToString(), StringComparison.Ordinal)
                .Replace("{importKind}", "past_services", StringComparison.Ordinal)
                .Replace("{kind}", "visits", StringComparison.Ordinal)
                .Replace("{report}", "summary", StringComparison.Ordinal)
                .Replace("{number:int}", version.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
                .Replace("{month}", "2026-05", StringComparison.Ordinal)
                .Replace("{importId:guid}", import.ToString(), StringComparison.Ordinal)
                .Replace("{memberId:guid}", member.ToString(), StringComparison.Ordinal)
                .Replace("{certificateId:guid}", certificate.ToString(), StringComparison.Ordinal)
                .Replace("{certificateNumber}", "20260601-7KQ4M2XARTW9CD", StringComparison.Ordinal)
                .Replace("{track}", track, StringComparison.Ordinal);
            using var answer = await administrator.GetAsync(path);
            Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{path}: {(int)answer.StatusCode}");
            Assert.True(answer.Headers.CacheControl?.NoStore, path);
            var varies = answer.Headers.Vary;
            Assert.Equal(endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null, varies.Contains("Authorization"));
            Assert.Contains("Accept-Language", varies);
            Assert.Contains("Origin", varies);
            Assert.Equal(
                endpoint.Metadata.GetMetadata<OffersGeoJson>() is not null || endpoint.Metadata.GetMetadata<OffersSheets>() is not null,
                varies.Contains("Accept")
            );
            Assert.Equal(varies.Count, varies.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        }
    }

    [Fact]
    public async Task What_a_write_answers_is_never_kept()
    {
        using var made = await service.Officer().Post("/v1/requests", Given.PomeloCall());
        Assert.True(made.Headers.CacheControl?.NoStore);
        using var refused = await service.Officer().Post("/v1/requests", new { });
        Assert.True(refused.Headers.CacheControl?.NoStore);
        Assert.Contains("Authorization", refused.Headers.Vary);
    }

    private static Task<HttpResponseMessage> Ask(HttpClient client, string path, string tag)
    {
        var asked = new HttpRequestMessage(HttpMethod.Get, path);
        asked.Headers.TryAddWithoutValidation("If-None-Match", tag);
        return client.SendAsync(asked);
    }
}
