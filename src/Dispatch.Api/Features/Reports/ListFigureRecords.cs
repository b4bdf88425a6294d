using Dispatch.Api.Features.Reference;
using Dispatch.Api.Generating;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Domain.Geography;
using Dispatch.Domain.Outcomes;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Dispatch.Api.Features.Reports;

/// <summary>The requests behind a figure, each with its part in it.</summary>
internal sealed record ListFigureRecords(
    HttpContext Http,
    IndicatorEntry Indicator,
    DateOnly From,
    DateOnly To,
    string? Region,
    IReadOnlyDictionary<FigureDimension, IReadOnlyList<string>> Filters,
    int? PageSize,
    string? Cursor
) : IRequest<Page<FigureRecordView>>;

/// <param name="Value">What the request adds to the figure, or to what it is a share of; below nothing where it corrects what was reported before.</param>
/// <param name="Request">Where it is read.</param>
/// <param name="Synthetic">Whether it stands in a made-up year.</param>
internal sealed record FigureRecordView(Guid RequestId, string Reference, decimal Value, string Unit, string Request, bool Synthetic);

internal static class ListFigureRecordsEndpoint
{
    public static void MapListFigureRecords(this IEndpointRouteBuilder reports) =>
        reports.MapGet("/records", Get).WithName(nameof(ListFigureRecords)).WithSummary("List the requests behind a figure").ShowsMany();

    private static Task<Page<FigureRecordView>> Get(
        HttpContext http,
        IMediator mediator,
        Caller caller,
        Catalogue catalogue,
        TimeProvider clock,
        CancellationToken ct,
        string? indicator = null,
        DateOnly? from = null,
        DateOnly? to = null,
        string? region = null,
        string? tier = null,
        Guid? team = null,
        string? skill = null,
        string? domain = null,
        string? form = null,
        [FromQuery(Name = "requester_kind")] string? requesterKind = null,
        string? urgency = null,
        string? channel = null,
        [FromQuery(Name = "host_region")] string? hostRegion = null,
        [FromQuery(Name = "page_size")] int? pageSize = null,
        string? cursor = null
    )
    {
        var entry = ReportQuery.Indicator("indicator", indicator ?? "services", catalogue);
        var (first, last) = ReportQuery.Period(from, to, clock);
        var filters = new Dictionary<FigureDimension, IReadOnlyList<string>>();
        Filter(FigureDimension.Tier, tier);
        Filter(FigureDimension.Team, team?.ToString("D"));
        Filter(FigureDimension.Skill, skill);
        Filter(FigureDimension.Form, form);
        Filter(FigureDimension.RequesterKind, requesterKind);
        Filter(FigureDimension.Urgency, urgency);
        Filter(FigureDimension.Channel, channel);
        Filter(FigureDimension.HostRegion, hostRegion);
        if (domain is not null)
        {
            filters[FigureDimension.Skill] =
            [
                domain,
                .. catalogue
                    .Skills.Values.Where(known => known.Domain == domain && (skill is null || known.Code == skill))
                    .Select(known => known.Code),
            ];
        }

        return mediator.Send(
            new ListFigureRecords(
                http,
                entry,
                first,
                last,
                ReportQuery.Scope(region, caller, catalogue.Regions),
                filters,
                pageSize,
                cursor
            ),
            ct
        );

        void Filter(FigureDimension dimension, string? value)
        {
            if (value is not null)
            {
                filters[dimension] = [value];
            }
        }
    }
}

internal sealed class ListFigureRecordsHandler(Session db, Catalogue catalogue, FigureReader reader, FigureBook book)
    : IRequestHandler<ListFigureRecords, Page<FigureRecordView>>
{
    /// <summary>Whose requests stand behind what is no sum.</summary>
    private static readonly Dictionary<string, Measure> Behind = new(StringComparer.Ordinal)
    {
        ["minutes_to_offer"] = Measure.RequestsOffered,
        ["minutes_to_acceptance"] = Measure.RequestsAccepted,
        ["minutes_to_first_visit"] = Measure.RequestsVisited,
        ["minutes_to_resolution"] = Measure.RequestsResolved,
        ["helpers"] = Measure.Services,
        ["organisations_served"] = Measure.Services,
        ["households_served"] = Measure.Services,
        ["trained_persons"] = Measure.TrainingSessions,
    };

    public async Task<Page<FigureRecordView>> Handle(ListFigureRecords query, CancellationToken cancellationToken)
    {
        var size = Paging.Size(query.PageSize);
        var after = Paging.After<Key>(query.Http, query.Cursor);
        var indicator = query.Indicator.Indicator;
        // Of a rate: what it is a share of.
        List<Measure> measures = Behind.TryGetValue(indicator.MadeOf, out var behind) ? [behind] : [.. indicator.Wholes];
        var rows = (await Booked(query, measures, after?.Id, size + 1))
            .Concat(await NotBooked(query, measures, after?.Id))
            .OrderBy(row => row.RequestId.ToString("D"), StringComparer.Ordinal)
            .Take(size + 1)
            .ToList();
        var isSynthetic = await SyntheticYear.Of(db) is not null;
        return Paging.Of(
            query.Http,
            rows,
            size,
            row => View(row, indicator, behind != default, isSynthetic),
            row => new Key(row.RequestId)
        );
    }

    private async Task<IReadOnlyList<RecordRow>> Booked(ListFigureRecords query, IReadOnlyList<Measure> measures, Guid? after, int limit)
    {
        var args = new Arguments(
            new
            {
                from = query.From,
                to = query.To,
                after = after ?? Guid.Empty,
                limit,
            }
        );
        var where = "";
        if (catalogue.Regions.Find(query.Region) is { Level: not RegionLevel.Country } region)
        {
            where += " and " + RegionScope.Sql("figure_entry", "@region", region);
            args.Add("region", region.Code);
        }

        foreach (var (dimension, values) in query.Filters)
        {
            var names = values.Select((value, at) => (Value: value, Name: $"{Words.Of(dimension)}{at}")).ToList();
            foreach (var (value, name) in names)
            {
                args.Add(name, value);
            }

            where +=
                $" and cast(figure_entry.{FigureReader.ColumnOf(dimension)} as text) in ({string.Join(", ", names.Select(name => "@" + name.Name))})";
        }

        var part = string.Join(" + ", measures.Select(Words.Of));
        return await db.List<RecordRow>(
            $"""
            select figure_entry.request_id, help_request.reference, sum({part}) as amount
            from figure_entry join help_request on help_request.request_id = figure_entry.request_id
            where counts_on >= @from and counts_on <= @to and figure_entry.request_id > @after{where}
                and figure_entry.request_id not in (select request_id from figure_due)
            group by figure_entry.request_id, help_request.reference having sum({part}) <> 0
            order by figure_entry.request_id limit @limit
            """,
            args
        );
    }

    /// <summary>Those that wait, as they will stand: what is booked of them and the difference.</summary>
    private async Task<IReadOnlyList<RecordRow>> NotBooked(ListFigureRecords query, IReadOnlyList<Measure> measures, Guid? after)
    {
        var found = new List<RecordRow>();
        foreach (var waiting in await book.Waiting(await reader.WaitingIds()))
        {
            var amount = waiting
                .Parts.Where(part =>
                    query.From <= part.CountsOn
                    && part.CountsOn <= query.To
                    && book.Covers(query.Region, part.Key.Region)
                    && query.Filters.All(filter => part.Key.Of(filter.Key) is { } key && filter.Value.Contains(key, StringComparer.Ordinal))
                )
                .Sum(part => measures.Sum(measure => part.Amounts[measure]));
            var isAfter = after is not { } last || string.CompareOrdinal(waiting.RequestId.ToString("D"), last.ToString("D")) > 0;
            if (amount != 0 && isAfter)
            {
                found.Add(
                    new RecordRow
                    {
                        RequestId = waiting.RequestId,
                        Reference = waiting.Reference,
                        Amount = amount,
                    }
                );
            }
        }

        return found;
    }

    private static FigureRecordView View(RecordRow row, Indicator indicator, bool isBehind, bool isSynthetic) =>
        new(
            row.RequestId,
            row.Reference,
            isBehind || indicator.Additivity is Additivity.Ratio ? row.Amount : row.Amount / indicator.Divisor,
            isBehind || indicator.Additivity is Additivity.Ratio ? "cases" : indicator.Unit,
            $"/v1/requests/{row.RequestId}",
            isSynthetic
        );

    private sealed record Key(Guid Id);

    private sealed record RecordRow
    {
        public Guid RequestId { get; init; }
        public string Reference { get; init; } = "";
        public long Amount { get; init; }
    }
}
