using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Domain.Calendar;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Dispatch.Api.Features.Imports;

/// <summary>What was brought, by whom and when, newest first.</summary>
internal sealed record ListImports(HttpContext Http, ImportFilter Filter, int? PageSize, string? Cursor) : IRequest<Page<ImportItem>>;

/// <param name="From">Handed over on this day in Shanghai or later.</param>
/// <param name="To">On this day or before.</param>
internal sealed record ImportFilter(string? Kind, string? State, string? MadeBy, DateOnly? From, DateOnly? To);

internal sealed record ImportItem(
    Guid Id,
    ImportKind Kind,
    ImportFormat Format,
    ImportState State,
    string FileName,
    bool DryRun,
    ImportRowsView Rows,
    int Problems,
    string? RegionCode,
    string MadeBy,
    DateTimeOffset CreatedAt,
    DateTimeOffset? EndedAt
);

internal static class ListImportsEndpoint
{
    public static void MapListImports(this IEndpointRouteBuilder imports) =>
        imports.MapGet("/", Get).WithName(nameof(ListImports)).WithSummary("List imports: by kind, state, person and day").ShowsMany();

    private static Task<Page<ImportItem>> Get(
        HttpContext http,
        IMediator mediator,
        CancellationToken ct,
        string? kind = null,
        string? state = null,
        string? madeBy = null,
        DateOnly? from = null,
        DateOnly? to = null,
        [FromQuery(Name = "page_size")] int? pageSize = null,
        string? cursor = null
    ) => mediator.Send(new ListImports(http, new ImportFilter(kind, state, madeBy, from, to), pageSize, cursor), ct);
}

internal sealed class ListImportsHandler(Session db, Caller caller) : IRequestHandler<ListImports, Page<ImportItem>>
{
    private const int LongestName = 200;

    public async Task<Page<ImportItem>> Handle(ListImports query, CancellationToken cancellationToken)
    {
        var size = Paging.Size(query.PageSize);
        var after = Paging.After<Key>(query.Http, query.Cursor);
        var (where, args) = Conditions(query.Filter);
        if (after is not null)
        {
            where.Add("(created_at < @afterAt or (created_at = @afterAt and import_id < @afterId))");
            args.Add("afterAt", after.At);
            args.Add("afterId", after.Id);
        }

        args.Add("limit", size + 1);
        var rows = await db.List<ImportRow>(
            $"select {ImportRow.Columns} from import_run where {string.Join(" and ", where)} order by created_at desc, import_id desc limit @limit",
            args
        );
        return Paging.Of(query.Http, rows, size, Item, row => new Key(row.CreatedAt, row.ImportId));
    }

    private (List<string> Where, Arguments Args) Conditions(ImportFilter filter)
    {
        var (where, args) = (new List<string> { "1 = 1" }, new Arguments());
        if (caller.RegionCode is not null)
        {
            where.Add(RegionScope.Sql("import_run", "@scope"));
            args.Add("scope", caller.RegionCode);
        }

        if (filter.To < filter.From)
        {
            throw QueryNames.Wrong("to", "period", "to 不能早于 from。", "to must not be before from.");
        }

        if (filter.MadeBy?.Length > LongestName)
        {
            throw QueryNames.Wrong("madeBy", "too_long", $"最多 {LongestName} 个字符。", $"At most {LongestName} characters.");
        }

        And("kind = @kind", "kind", filter.Kind is null ? null : Known<ImportKind>("kind", filter.Kind.Replace('-', '_')));
        And("state = @state", "state", filter.State is null ? null : Known<ImportState>("state", filter.State));
        And("made_by = @madeBy", "madeBy", filter.MadeBy);
        And("created_at >= @from", "from", filter.From is { } from ? ShanghaiTime.At(from, TimeOnly.MinValue) : null);
        And("created_at < @until", "until", filter.To is { } to ? ShanghaiTime.At(to, TimeOnly.MinValue).AddDays(1) : null);
        return (where, args);

        void And(string condition, string name, object? value)
        {
            if (value is not null)
            {
                where.Add(condition);
                args.Add(name, value);
            }
        }
    }

    private static string Known<T>(string name, string word)
        where T : struct, Enum
    {
        var known = string.Join(", ", Words.All<T>());
        return Words.TryTo<T>(word, out _)
            ? word
            : throw QueryNames.Wrong(name, "unknown", $"{name} 只能是：{known}。", $"{name} is one of: {known}.");
    }

    private static ImportItem Item(ImportRow row) =>
        new(
            row.ImportId,
            row.KindNow,
            Words.To<ImportFormat>(row.Format),
            row.StateNow,
            row.FileName,
            row.DryRun,
            ImportView.RowsOf(row),
            row.Problems,
            row.RegionCode,
            row.MadeBy,
            row.CreatedAt,
            row.EndedAt
        );

    private sealed record Key(DateTimeOffset At, Guid Id);
}
