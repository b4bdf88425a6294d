using System.Text.Json;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Auditing;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Dispatch.Api.Features.Auditing;

/// <summary>Who did what and who saw what of whom, newest first.</summary>
internal sealed record ListAudit(HttpContext Http, AuditFilter Filter, int? PageSize, string? Cursor) : IRequest<Page<AuditItem>>;

/// <summary>Of one object, which classes of personal data were shown.</summary>
internal sealed record SightView(string Kind, string Id, IReadOnlyList<PersonalDataClass> Classes);

/// <summary>One entry of the audit.</summary>
/// <param name="Action">The operation, the event, or what the clock did.</param>
/// <param name="RequestId">The help request the object belongs to, where it is not the object itself.</param>
/// <param name="CallId">The <c>X-Request-Id</c> of the call.</param>
/// <param name="Times">How often: refusals are counted together.</param>
/// <param name="Seq">Its place in the chain; none in the first second.</param>
internal sealed record AuditItem(
    Guid Id,
    DateTimeOffset At,
    AuditKind Kind,
    string Actor,
    string Role,
    string Action,
    string? ObjectKind,
    string? ObjectId,
    Guid? RequestId,
    string? RegionCode,
    string? CallId,
    IReadOnlyList<SightView> Seen,
    long Times,
    long? Seq,
    string? Hash
);

internal static class ListAuditEndpoint
{
    public static void MapListAudit(this IEndpointRouteBuilder audit) =>
        audit.MapGet("/", Get).WithName(nameof(ListAudit)).WithSummary("List who did what and who saw what").ShowsMany();

    private static Task<Page<AuditItem>> Get(
        HttpContext http,
        IMediator mediator,
        CancellationToken ct,
        string? @object = null,
        string? actor = null,
        string? action = null,
        DateTimeOffset? from = null,
        DateTimeOffset? to = null,
        [FromQuery(Name = "page_size")] int? pageSize = null,
        string? cursor = null
    ) => mediator.Send(new ListAudit(http, new AuditFilter(@object, actor, action, from, to), pageSize, cursor), ct);
}

internal sealed class ListAuditHandler(Session db, Caller caller) : IRequestHandler<ListAudit, Page<AuditItem>>
{
    public async Task<Page<AuditItem>> Handle(ListAudit query, CancellationToken cancellationToken)
    {
        var size = Paging.Size(query.PageSize);
        var args = new Arguments(new { limit = size + 1 });
        var where = query.Filter.Conditions(caller, args);
        if (Paging.After<Key>(query.Http, query.Cursor) is { } after)
        {
            where.Add("audit_entry.entry_id < @after");
            args.Add("after", after.Id);
        }

        var rows = await db.List<SealedEntry>(
            $"""
            select {SealedEntry.Columns}
            from audit_entry left join audit_seal on audit_seal.entry_id = audit_entry.entry_id
            where {string.Join(" and ", where)}
            order by audit_entry.entry_id desc limit @limit
            """,
            args
        );
        return Paging.Of(query.Http, rows, size, Item, row => new Key(row.EntryId));
    }

    private static AuditItem Item(SealedEntry row) =>
        new(
            row.EntryId,
            row.At,
            Words.To<AuditKind>(row.Kind),
            row.Actor,
            row.ActorRole,
            row.Action,
            row.ObjectKind,
            row.ObjectId,
            row.RequestId,
            row.RegionCode,
            row.CallId,
            row.Seen is null ? [] : JsonSerializer.Deserialize<IReadOnlyList<SightView>>(row.Seen, JsonShape.Options)!,
            row.Times,
            row.Seq,
            row.Hash
        );

    private sealed record Key(Guid Id);
}

/// <summary>An entry with its place in the chain.</summary>
internal sealed record SealedEntry : AuditEntry
{
    public static new readonly string Columns =
        string.Join(", ", AuditEntry.Columns.Split(", ").Select(column => "audit_entry." + column)) + ", audit_seal.seq, audit_seal.hash";

    public long? Seq { get; init; }
    public string? Hash { get; init; }

    /// <summary>The hash before it in the chain, where that was read too.</summary>
    public string? Previous { get; init; }
}
