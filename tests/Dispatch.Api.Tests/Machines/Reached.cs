using System.Net;
using Dispatch.Domain.Offers;
using Dispatch.Domain.Requests;
using Dispatch.Domain.Visits;

namespace Dispatch.Api.Tests.Machines;

/// <summary>Each state of each machine, reached through the real API. All of it are emergencies: they may have a second offer, and no team
/// is ever too full for the next case.</summary>
public sealed class Reached(RunningService service)
{
    public const string Team = Given.Expert;

    public static Guid TeamId => RunningService.TeamId(Team);

    /// <summary>A request in this state with an offer that was made to <see cref="Team"/> on the way there.</summary>
    public async Task<(Guid RequestId, Guid OfferId)> Request(HelpRequestState state)
    {
        var (request, offer) = await service.Given.AnOffer(Team, Given.PomeloCall("emergency"));
        switch (state)
        {
            case HelpRequestState.Open:
                await Officer($"offers/{offer}/withdraw");
                await Officer($"requests/{request}/publish");
                break;
            case HelpRequestState.Offered:
                break;
            case HelpRequestState.Cancelled:
                await Officer($"requests/{request}/cancel", new { reason = "rejected" });
                break;
            case HelpRequestState.OnHold:
                await Leader($"offers/{offer}/accept");
                await Officer($"requests/{request}/hold");
                break;
            case HelpRequestState.Accepted:
                await Leader($"offers/{offer}/accept");
                break;
            case HelpRequestState.InProgress:
                await Serve(request, offer);
                break;
            case HelpRequestState.Resolved:
                await Serve(request, offer);
                await Resolve(request);
                break;
            case HelpRequestState.Closed:
                await Serve(request, offer);
                await Resolve(request);
                await Officer($"requests/{request}/confirm", new { solved = true });
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(state), state, "Nobody has said how to get there.");
        }

        return (request, offer);
    }

    /// <summary>On hold from one of the three states a hold can begin in.</summary>
    public async Task<Guid> Held(HelpRequestState from)
    {
        var (request, _) = await Request(from);
        await Officer($"requests/{request}/hold");
        return request;
    }

    public async Task<Guid> SilentlyClosed()
    {
        var (request, _) = await Request(HelpRequestState.Resolved);
        service.Clock.Advance(TimeSpan.FromDays(7));
        await service.FireDue();
        return request;
    }

    public async Task<(Guid RequestId, Guid OfferId)> Offer(OfferState state)
    {
        var (request, offer) = await service.Given.AnOffer(Team, Given.PomeloCall("emergency"));
        switch (state)
        {
            case OfferState.Pending:
                break;
            case OfferState.Accepted:
                await Leader($"offers/{offer}/accept");
                break;
            case OfferState.Declined:
                await Leader($"offers/{offer}/decline", new { reason = "too_busy" });
                break;
            case OfferState.Expired:
                service.Clock.Advance(TimeSpan.FromMinutes(21));
                await service.FireDue();
                break;
            case OfferState.Withdrawn:
                await Officer($"offers/{offer}/withdraw");
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(state), state, "Nobody has said how to get there.");
        }

        return (request, offer);
    }

    public async Task<(Guid RequestId, Guid VisitId)> Visit(VisitState state)
    {
        var (request, _) = await Request(HelpRequestState.Accepted);
        var visit = await service.Given.BookedVisit(request, Team);
        foreach (var (action, body) in WayTo(state))
        {
            await Leader($"visits/{visit}/{action}", body);
        }

        return (request, visit);
    }

    public static object Report =>
        new
        {
            findings = "根系积水，缺镁。",
            minutes = 80,
            personTimes = 1,
        };

    /// <summary>Everything a reader can see of a request and of what hangs on it.</summary>
    public async Task<string> Snapshot(Guid request)
    {
        var parts = new List<string>();
        foreach (
            var path in new[]
            {
                $"/v1/requests/{request}",
                $"/v1/requests/{request}/timeline",
                $"/v1/offers?request={request}",
                $"/v1/visits?request={request}",
            }
        )
        {
            parts.Add((await service.Officer().Read(path)).ToJsonString());
        }

        return string.Join('\n', parts);
    }

    private static (string Action, object Body)[] WayTo(VisitState state)
    {
        var none = new { };
        return state switch
        {
            VisitState.Scheduled => [],
            VisitState.Travelling => [("depart", none)],
            VisitState.InService => [("begin", none)],
            VisitState.Completed => [("begin", none), ("complete", Report)],
            VisitState.Aborted => [("begin", none), ("abort", new { reason = "暴雨" })],
            VisitState.Missed => [("miss", new { by = "requester" })],
            VisitState.Cancelled => [("cancel", none)],
            _ => throw new ArgumentOutOfRangeException(nameof(state), state, "Nobody has said how to get there."),
        };
    }

    private async Task Serve(Guid request, Guid offer)
    {
        await Leader($"offers/{offer}/accept");
        var visit = await service.Given.BookedVisit(request, Team);
        await Leader($"visits/{visit}/begin");
        await Leader($"visits/{visit}/complete", Report);
    }

    private Task Resolve(Guid request) => Leader($"requests/{request}/resolve", new { result = "solved", summary = "开沟排水，补镁。" });

    private async Task Officer(string path, object? body = null) => await service.Officer().Post("/v1/" + path, body).Must();

    private async Task Leader(string path, object? body = null) => await service.Leader(Team).Post("/v1/" + path, body).Must();
}
