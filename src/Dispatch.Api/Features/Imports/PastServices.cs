using Dispatch.Api.Features.Offers;
using Dispatch.Api.Features.Reference;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Features.Teams;
using Dispatch.Api.Features.Visits;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Domain.Offers;
using Dispatch.Domain.Requests;
using Dispatch.Domain.Visits;

namespace Dispatch.Api.Features.Imports;

/// <summary>A service that was done before the site was there.</summary>
/// <param name="Solved">What the requester said; null: nothing.</param>
internal sealed record PastService(
    SubmitRequest Call,
    Guid TeamId,
    DateTimeOffset Received,
    DateTimeOffset Start,
    DateTimeOffset End,
    DateTimeOffset Closed,
    CompleteVisit Report,
    ResolveRequest Result,
    bool? Solved,
    int? Rating
);

/// <summary>
/// Writes a past service by the moves that a present one makes, each at its own time: the history reads as it was. Nobody is told, no deadline runs, no team is
/// asked, the words are not searched for danger, and the token to follow it by is thrown away.
/// </summary>
internal sealed class PastServices(
    IServiceProvider services,
    Session db,
    Caller caller,
    Catalogue catalogue,
    Submission submission,
    Booking booking,
    TeamLoadStore loads
)
{
    private const string How = "imported";

    // Nobody was asked through the service: what is kept is who took it, for the record.
    private const string Explanation = """{"weightsVersion":0,"decidedBecause":"imported"}""";

    public async Task Write(PastService service)
    {
        var clock = new TimeOfRecord();
        var timeline = Made<TimelineStore>(clock);
        var requests = Made<RequestStore>(clock, timeline);
        var visits = Made<VisitStore>(clock, requests, timeline);
        var assignments = Made<AssignmentStore>(clock, timeline);
        var outcomes = Made<OutcomeStore>(clock);

        clock.Now = service.Received;
        var request = await Opened(service, Made<Intake>(clock, timeline), requests);
        request = await requests.MarkAccepted(await requests.Move(request, HelpRequestAction.Accept, How));
        var assignment = await assignments.Begin(await Decided(request, service), beyondCapacity: true);
        var members = (service.Report.Attended ?? []).Select(entry => entry.MemberId).ToList();
        await booking.RequireMembers(service.TeamId, members, "#/attended");
        var visit = await visits.Insert(
            new VisitRow
            {
                VisitId = Guid.CreateVersion7(service.Start),
                RequestId = request.RequestId,
                AssignmentId = assignment.AssignmentId,
                TeamId = service.TeamId,
                Form = request.Form,
                StartsAt = service.Start,
                EndsAt = service.End,
            },
            members
        );

        clock.Now = service.Start;
        visit = await visits.Move(visit, VisitAction.Begin, "began_at = @Start", new { service.Start });
        request = await requests.Move(request, HelpRequestAction.Begin);

        clock.Now = service.End;
        visit = await visits.Move(
            visit,
            VisitAction.Complete,
            "ended_at = @End, findings = @Findings, minutes = @Minutes, stated_person_times = @PersonTimes",
            new
            {
                service.End,
                service.Report.Findings,
                service.Report.Minutes,
                service.Report.PersonTimes,
            }
        );
        await outcomes.Keep(visit, service.Report);
        await assignments.Move(assignment, AssignmentAction.Complete);
        request = await requests.Move(request, HelpRequestAction.Resolve, Words.Of(service.Result.Result), service.Result.Summary);
        request = await requests.MarkResolved(request, service.Result.Result, service.Result.Summary);

        clock.Now = service.Closed;
        await Close(request, service, requests);
    }

    private async Task<RequestRow> Opened(PastService service, Intake intake, RequestStore requests)
    {
        var (call, place) = (service.Call, submission.Place(service.Call));
        var read = ReadText.Of(call.Text, catalogue);
        var (request, _) = await intake.Open(
            submission.Planned(call, place, read) with
            {
                SafetyKind = null,
                SafetyHeld = false,
                SafetyPeople = false,
            },
            call.Requester.At(call.Location, place.Point),
            read.SkillsBeside(call.Skills),
            How
        );
        // It is over: whether it was the same as another is nobody's to judge any more.
        return request.LikelyDuplicateOf is null ? request : await requests.Update(request, "likely_duplicate_of = null", new { });
    }

    private async Task<OfferRow> Decided(RequestRow request, PastService service)
    {
        var offer = new OfferRow
        {
            OfferId = Guid.CreateVersion7(service.Received),
            RequestId = request.RequestId,
            TeamId = service.TeamId,
            State = Words.Of(OfferState.Accepted),
            Version = 1,
            Role = "lead",
            Way = Words.Of(OfferWay.Arbitrated),
            Tier = request.Tier,
            Explanation = Explanation,
            OfferedAt = service.Received,
            AnswerDueAt = service.Received,
            EndedAt = service.Received,
        };
        await db.Execute(
            """
            insert into offer (offer_id, request_id, team_id, state, version, role, way, tier, explanation, asked, offered_at, answer_due_at, ended_at)
            values (@OfferId, @RequestId, @TeamId, @State, @Version, @Role, @Way, @Tier, @Explanation, false, @OfferedAt, @AnswerDueAt, @EndedAt)
            """,
            offer
        );
        return offer;
    }

    private async Task Close(RequestRow request, PastService service, RequestStore requests)
    {
        if (service.Solved is { } solved)
        {
            await db.Execute(
                """
                insert into confirmation (request_id, position, solved, rating, comment, said_by, actor, confirmed_at)
                values (@RequestId, 1, @solved, @Rating, null, @by, @actor, @Closed)
                """,
                new
                {
                    request.RequestId,
                    solved,
                    service.Rating,
                    by = Words.Of(ConfirmedBy.Requester),
                    actor = caller.Subject,
                    service.Closed,
                }
            );
            await loads.Confirmed(request.RequestId, solved);
        }

        var (reason, outcome) = service.Solved switch
        {
            true => ("solved", ConfirmationOutcome.Confirmed),
            false => ("left_unsolved", ConfirmationOutcome.Denied),
            null => ("silent", ConfirmationOutcome.NotConfirmed),
        };
        await requests.MarkClosed(await requests.Move(request, HelpRequestAction.Confirm, reason), outcome);
    }

    private T Made<T>(params object[] given) => ActivatorUtilities.CreateInstance<T>(services, given);

    /// <summary>Stands at the time that is written about.</summary>
    private sealed class TimeOfRecord : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
