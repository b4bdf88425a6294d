using System.Text.Json.Serialization;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Auditing;
using Dispatch.Domain.Requests;
using MediatR;

namespace Dispatch.Api.Features.Requests;

/// <summary>Everything that ever happened to a request, in order.</summary>
internal sealed record ShowTimeline(Guid RequestId) : IRequest<TimelineView>;

internal sealed record TimelineView(Guid RequestId, IReadOnlyList<TimelineItem> Items);

internal sealed record TimelineItem
{
    public int Seq { get; init; }
    public DateTimeOffset At { get; init; }
    public string ActorRole { get; init; } = "";
    public string Actor { get; init; } = "";
    public string Subject { get; init; } = "";
    public Guid SubjectId { get; init; }
    public string Action { get; init; } = "";
    public string? FromState { get; init; }
    public string? ToState { get; init; }
    public string? Reason { get; init; }

    /// <summary>What a person noted stands as written; what the service noted comes in the answer's language.</summary>
    public Text? Note => NoteZh is null ? null : new Text(NoteZh, NoteEn ?? NoteZh);

    [JsonIgnore]
    public string? NoteZh { get; init; }

    [JsonIgnore]
    public string? NoteEn { get; init; }
}

internal static class ShowTimelineEndpoint
{
    public static void MapShowTimeline(this IEndpointRouteBuilder requests) =>
        requests
            .MapGet(
                "/{requestId:guid}/timeline",
                (Guid requestId, IMediator mediator, CancellationToken ct) => mediator.Send(new ShowTimeline(requestId), ct)
            )
            .WithName(nameof(ShowTimeline))
            .WithSummary("Read the history of a request")
            .ShowsMany();
}

internal sealed class ShowTimelineHandler(Session db, Caller caller, RequestStore requests, PersonSight sight, AuditTrail trail)
    : IRequestHandler<ShowTimeline, TimelineView>
{
    public async Task<TimelineView> Handle(ShowTimeline query, CancellationToken cancellationToken)
    {
        var request = await requests.Find(query.RequestId);
        var items = await db.List<TimelineItem>(
            """
            select seq, at, actor_role, actor, subject, subject_id, action, from_state, to_state, reason, note as note_zh, note_en
            from timeline where request_id = @RequestId order by seq
            """,
            request
        );
        var tie = await requests.TieOf(request.RequestId);
        var persons = sight.Of(request, tie);
        if (!caller.Reads(request, accepted: tie != TeamTie.None) || (request.HidesBeneficiary() && !persons))
        {
            return new TimelineView(request.RequestId, [.. items.Select(WithoutWords)]);
        }

        if (!sight.OfPhone(request, tie))
        {
            return new TimelineView(request.RequestId, [.. items.Select(WithoutPhones)]);
        }

        trail.Saw(request.RequestId, request.RegionCode, [PersonalDataClass.Text]);
        return new TimelineView(request.RequestId, items);
    }

    private static TimelineItem WithoutPhones(TimelineItem item) =>
        item with
        {
            Reason = Masked(item.Reason),
            NoteZh = Masked(item.NoteZh),
            NoteEn = Masked(item.NoteEn),
        };

    private static string? Masked(string? words) => words is null ? null : PhoneNumber.MaskIn(words);

    // What happened stays to be seen; what people wrote is the handling officer's. A code is no writing.
    private static TimelineItem WithoutWords(TimelineItem item) =>
        item with
        {
            Reason = item.Reason is { } reason && reason.All(letter => char.IsAsciiLetterLower(letter) || letter == '_') ? reason : null,
            NoteZh = null,
            NoteEn = null,
        };
}
