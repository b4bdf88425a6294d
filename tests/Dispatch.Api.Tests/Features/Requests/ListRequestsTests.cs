using Dispatch.Api.Tests.Http;
using Xunit;

namespace Dispatch.Api.Tests.Features.Requests;

/// <summary>Whoever lists requests gets all that are his, in whatever state, and none beside.</summary>
public sealed class ListRequestsTests(RunningService service) : IClassFixture<RunningService>, IAsyncLifetime
{
    public Task InitializeAsync() => service.MakeRoom();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_leaders_list_holds_what_was_offered_is_in_hand_or_was_done_and_nothing_else()
    {
        var (offered, _) = await service.Given.AnOffer();
        var (accepted, _) = await service.Given.AnAcceptedRequest();
        var resolved = await service.Given.AResolvedRequest();
        var (declined, offer) = await service.Given.AnOffer();
        await service.Leader(Given.Expert).Post($"/v1/offers/{offer}/decline", new { reason = "too_busy" }).Must();
        var open = (await service.Given.AnOpenRequest()).Id();

        var listed = await Listed(service.Leader(Given.Expert), "");
        Assert.Contains(offered, listed);
        Assert.Contains(accepted, listed);
        Assert.Contains(resolved, listed);
        Assert.DoesNotContain(declined, listed);
        Assert.DoesNotContain(open, listed);
        Assert.Equal(listed.Count, listed.Distinct().Count());
    }

    [Fact]
    public async Task Each_request_stands_in_the_list_of_its_state_alone()
    {
        var (offered, _) = await service.Given.AnOffer();
        var (accepted, _) = await service.Given.AnAcceptedRequest();
        (string State, Guid Request)[] made =
        [
            ("open", (await service.Given.AnOpenRequest()).Id()),
            ("offered", offered),
            ("accepted", accepted),
            ("on_hold", await service.Given.ARequestOnHold()),
            ("resolved", await service.Given.AResolvedRequest()),
            ("cancelled", await service.Given.ACancelledRequest()),
        ];
        foreach (var (state, _) in made)
        {
            var listed = await Listed(service.Officer(), $"&state={state}");
            Assert.Equal(made.Where(one => one.State == state), made.Where(one => listed.Contains(one.Request)));
        }
    }

    private static async Task<List<Guid>> Listed(HttpClient caller, string filter) =>
        [.. (await caller.Read("/v1/requests?page_size=200" + filter)).Items().Select(item => item.Id())];
}
