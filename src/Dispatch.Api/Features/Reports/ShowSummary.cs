using Dispatch.Api.Features.Reference;
using Dispatch.Api.Generating;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Domain.Calendar;
using MediatR;

namespace Dispatch.Api.Features.Reports;

/// <summary>What was served, solved, taught and gained in a period and a region, out of the records.</summary>
internal sealed record ShowSummary(
    DateOnly From,
    DateOnly To,
    string? Region,
    ReportAxis? GroupBy,
    IReadOnlyList<IndicatorEntry> Indicators,
    ReportAxis? Rows,
    ReportAxis? Columns
) : IRequest<SummaryView>;

internal sealed record GroupView(string Key, Text Name, IReadOnlyList<FigureView> Figures);

internal sealed record PlaceView(string Key, Text Name);

/// <summary>What stands where a row and a column meet; what is not here is nothing.</summary>
internal sealed record CellView(string Row, string? Column, IReadOnlyList<FigureView> Figures);

internal sealed record TableView(IReadOnlyList<PlaceView> Rows, IReadOnlyList<PlaceView> Columns, IReadOnlyList<CellView> Cells);

/// <param name="Period">Days in Shanghai, both inclusive.</param>
/// <param name="Table">Where rows were asked for.</param>
/// <param name="Synthetic">Null: these are real records.</param>
internal sealed record SummaryView(
    PeriodView Period,
    string? Region,
    IReadOnlyList<FigureView> Figures,
    IReadOnlyList<GroupView> Groups,
    TableView? Table,
    SyntheticView? Synthetic
);

internal static class ShowSummaryEndpoint
{
    public static void MapShowSummary(this IEndpointRouteBuilder reports) =>
        reports.MapGet("/summary", Get).WithName(nameof(ShowSummary)).WithSummary("Read the figures of a period").ShowsMany();

    private static Task<SummaryView> Get(
        IMediator mediator,
        ReportQueries queries,
        CancellationToken ct,
        DateOnly? from = null,
        DateOnly? to = null,
        string? region = null,
        string? groupBy = null,
        string? indicators = null,
        string? rows = null,
        string? columns = null
    ) => mediator.Send(queries.Summary(from, to, region, groupBy, indicators, rows, columns), ct);
}

internal sealed class ShowSummaryHandler(Session db, ReportTable table, ReportAxes axes) : IRequestHandler<ShowSummary, SummaryView>
{
    public async Task<SummaryView> Handle(ShowSummary query, CancellationToken cancellationToken)
    {
        var period = new PeriodView(query.From, query.To);
        var question = new TableQuestion(query.From, query.To, query.Region, query.Indicators);
        var all = await table.Read(question);
        return new SummaryView(
            period,
            query.Region,
            all.Count == 0 ? ReportTable.Nothing(question) : all[0].Figures,
            query.GroupBy is { } grouping ? await Groups(question with { Rows = grouping }) : [],
            query.Rows is { } ? await Table(question with { Rows = query.Rows, Columns = query.Columns }) : null,
            await SyntheticYear.Of(db)
        );
    }

    private async Task<IReadOnlyList<GroupView>> Groups(TableQuestion question)
    {
        var cells = await table.Read(question);
        var names = await axes.Names(question.Rows!.Value, [.. cells.Select(cell => cell.Row)]);
        return [.. cells.Select(cell => new GroupView(cell.Row, names[cell.Row], cell.Figures))];
    }

    private async Task<TableView> Table(TableQuestion question)
    {
        var cells = await table.Read(question);
        return new TableView(
            await Places(question.Rows!.Value, cells.Select(cell => cell.Row)),
            question.Columns is { } columns ? await Places(columns, cells.Select(cell => cell.Column)) : [],
            [.. cells.Select(cell => new CellView(cell.Row, question.Columns is null ? null : cell.Column, cell.Figures))]
        );
    }

    private async Task<IReadOnlyList<PlaceView>> Places(ReportAxis axis, IEnumerable<string> keys)
    {
        var ordered = keys.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var names = await axes.Names(axis, ordered);
        return [.. ordered.Select(key => new PlaceView(key, names[key]))];
    }
}
