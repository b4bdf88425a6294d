using System.Globalization;
using System.Text;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Auditing;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Dispatch.Api.Features.Auditing;

/// <summary>The sealed entries in the order of the chain, a line each, with all that a third party needs to verify them.</summary>
internal sealed record ExportAudit(HttpContext Http, AuditFilter Filter, int? PageSize, string? Cursor) : IRequest<Lines>;

internal static class ExportAuditEndpoint
{
    public static void MapExportAudit(this IEndpointRouteBuilder audit) =>
        audit
            .MapGet("/export", Get)
            .WithName(nameof(ExportAudit))
            .WithSummary("Export the audit as lines anybody can verify")
            .Produces<string>(StatusCodes.Status200OK, Lines.MediaType)
            .ShowsMany();

    private static Task<Lines> Get(
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
    ) => mediator.Send(new ExportAudit(http, new AuditFilter(@object, actor, action, from, to), pageSize, cursor), ct);
}

internal sealed class ExportAuditHandler(Session db, Database database, Caller caller, AuditTrail trail)
    : IRequestHandler<ExportAudit, Lines>
{
    private const int Most = 5000;

    public async Task<Lines> Handle(ExportAudit query, CancellationToken cancellationToken)
    {
        var size = query.PageSize is { } wanted ? Math.Min(wanted, Most) : Most;
        if (size < 1)
        {
            throw QueryNames.Wrong("page_size", "out_of_range", "page_size 至少为 1。", "page_size must be at least 1.");
        }

        var args = new Arguments(new { limit = size + 1, origin = AuditSeal.Origin.Hash });
        var where = query.Filter.Conditions(caller, args);
        if (Paging.After<Key>(query.Http, query.Cursor) is { } after)
        {
            where.Add("audit_seal.seq > @after");
            args.Add("after", after.Seq);
        }

        var rows = await db.List<SealedEntry>(
            $"""
            select {SealedEntry.Columns}, coalesce(before.hash, @origin) as previous
            from audit_seal
            join audit_entry on audit_entry.entry_id = audit_seal.entry_id
            left join audit_seal before on before.seq = audit_seal.seq - 1
            where {string.Join(" and ", where)}
            order by audit_seal.seq limit @limit
            """,
            args
        );
        // Whoever takes it away leaves a trace.
        await database.Write(db, () => trail.Did(nameof(ExportAudit), null), cancellationToken);
        var page = Paging.Of(query.Http, rows, size, Line, row => new Key(row.Seq!.Value));
        return new Lines(page.Items, page.Next);
    }

    private static string Line(SealedEntry row) =>
        new CanonicalJson()
            .Json("entry", row.Canonical())
            .Text("hash", row.Hash)
            .Text("previous", row.Previous)
            .Json("seq", row.Seq!.Value.ToString(CultureInfo.InvariantCulture))
            .ToString();

    private sealed record Key(long Seq);
}
