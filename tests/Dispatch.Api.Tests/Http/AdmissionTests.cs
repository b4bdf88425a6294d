using System.Net;
using Dispatch.Api.Http;
using Dispatch.Api.Tests.Telemetry;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Dispatch.Api.Tests.Http;

/// <summary>Who is turned away while more is asked than can be done, and who is not. Four calls at once: two of them new things, one a list.</summary>
public sealed class AdmissionTests(AdmissionTests.FourAtOnce service) : IClassFixture<AdmissionTests.FourAtOnce>
{
    private Admission Admission => service.Services.GetRequiredService<Admission>();

    [Fact]
    public async Task While_lists_have_their_share_another_is_turned_away_and_a_team_still_accepts()
    {
        var (_, offer) = await service.Given.AnOffer();
        using (Held(Precedence.Last))
        {
            using var refused = await service.Officer().GetAsync("/v1/requests");
            Assert.Equal("2", refused.Headers.RetryAfter?.ToString());
            await service.Officer().GetAsync("/v1/requests").MustRefuse(HttpStatusCode.ServiceUnavailable, "service.overloaded");
            await service.Officer().GetAsync("/v1/reports/summary").MustRefuse(HttpStatusCode.ServiceUnavailable, "service.overloaded");
            await service.Officer().Read($"/v1/offers/{offer}");
            await service.Leader(Given.Expert).Post($"/v1/offers/{offer}/accept", new { }).Must();
        }

        await service.Officer().Read("/v1/requests");
        Assert.True((await service.Metrics()).Value("dispatch_calls_turned_away_total", ("turn", "last")) >= 3);
    }

    [Fact]
    public async Task A_new_request_that_was_turned_away_is_taken_with_the_same_key_later()
    {
        using (Held(Precedence.Usual, Precedence.Usual))
        {
            await service
                .Officer()
                .Post("/v1/requests", Given.PomeloCall(), "turned-away")
                .MustRefuse(HttpStatusCode.ServiceUnavailable, "service.overloaded");
            await service.Officer().Read("/v1/requests");
        }

        await service.Officer().Post("/v1/requests", Given.PomeloCall(), "turned-away").Must(HttpStatusCode.Created);
    }

    [Fact]
    public async Task When_all_is_full_health_and_what_waits_are_answered_and_nothing_else()
    {
        var (_, offer) = await service.Given.AnOffer();
        using (Held(Precedence.First, Precedence.First, Precedence.First, Precedence.First))
        {
            await service
                .Leader(Given.Expert)
                .Post($"/v1/offers/{offer}/accept", new { })
                .MustRefuse(HttpStatusCode.ServiceUnavailable, "service.overloaded");
            await service.Anonymous().Read("/health/ready");
            await service.Leader(Given.Expert).Read("/v1/notices");
        }

        await service.Leader(Given.Expert).Post($"/v1/offers/{offer}/accept", new { }).Must();
    }

    [Fact]
    public async Task A_call_gives_its_place_back_however_it_ended()
    {
        for (var call = 0; call < 6; call++)
        {
            using var unknown = await service.Officer().GetAsync($"/v1/requests?region=nowhere{call}");
            using var nobody = await service.Anonymous().GetAsync("/v1/requests");
            using var none = await service.Officer().Post($"/v1/offers/{Guid.NewGuid()}/accept", new { });
            Assert.NotEqual(HttpStatusCode.ServiceUnavailable, unknown.StatusCode);
            Assert.Equal(HttpStatusCode.Unauthorized, nobody.StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
        }
    }

    [Theory]
    [InlineData("AcceptOffer", "First")]
    [InlineData("DeclineOffer", "First")]
    [InlineData("DepartForVisit", "First")]
    [InlineData("BeginVisit", "First")]
    [InlineData("CompleteVisit", "First")]
    [InlineData("ResolveRequest", "First")]
    [InlineData("ConfirmRequest", "First")]
    [InlineData("SubmitRequest", "Usual")]
    [InlineData("BookVisit", "Usual")]
    [InlineData("ShowRequest", "Usual")]
    [InlineData("ListRequests", "Last")]
    [InlineData("ShowMatches", "Last")]
    [InlineData("ShowSummary", "Last")]
    [InlineData("ExportRecords", "Last")]
    [InlineData("ShowMonthlyReport", "Last")]
    [InlineData("ListNotices", "Apart")]
    public void What_moves_work_on_goes_before_what_is_new_and_that_before_lists(string operation, string precedence)
    {
        var endpoint = service
            .Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.Single(endpoint => endpoint.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName == operation);
        Assert.Equal(precedence, endpoint.Metadata.GetMetadata<GoesBy>()!.Precedence.ToString());
    }

    [Fact]
    public void No_operation_is_without_its_turn() =>
        Assert.All(
            service
                .Services.GetRequiredService<EndpointDataSource>()
                .Endpoints.OfType<RouteEndpoint>()
                .Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/v1/", StringComparison.Ordinal)),
            endpoint => Assert.NotNull(endpoint.Metadata.GetMetadata<GoesBy>())
        );

    private Places Held(params Precedence[] precedences) => new(Admission, precedences);

    public sealed class FourAtOnce : RunningService
    {
        protected override IEnumerable<string> Settings => ["--Dispatch:CallsAtOnce=4"];
    }

    private sealed class Places : IDisposable
    {
        private readonly Admission admission;
        private readonly Precedence[] precedences;

        public Places(Admission admission, Precedence[] precedences)
        {
            (this.admission, this.precedences) = (admission, precedences);
            Assert.All(precedences, precedence => Assert.True(admission.Enter(precedence)));
        }

        public void Dispose()
        {
            foreach (var precedence in precedences)
            {
                admission.Leave(precedence);
            }
        }
    }
}
