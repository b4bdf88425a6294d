using Dispatch.Api.Features.Reference;
using Dispatch.Api.Http;
using Dispatch.Api.Storage;
using Dispatch.Domain.Calendar;
using Dispatch.Domain.Outcomes;

namespace Dispatch.Api.Features.Reports;

/// <summary>Which figures are wanted of a period and a region, and what stands in rows and columns.</summary>
internal sealed record TableQuestion(
    DateOnly From,
    DateOnly To,
    string? Region,
    IReadOnlyList<IndicatorEntry> Indicators,
    ReportAxis? Rows = null,
    ReportAxis? Columns = null
);

/// <summary>The figures where a row and a column meet; without rows there is one cell.</summary>
/// <param name="Amounts">What the sums of it are made of.</param>
internal sealed record TableCell(string Row, string Column, IReadOnlyList<FigureView> Figures, Amounts Amounts);

/// <summary>Figures in rows and columns: sums out of the book, everything else out of its cases.</summary>
internal sealed class ReportTable(FigureReader sums, CaseReader cases, ReportAxes axes)
{
    /// <summary>The cells there are, in the order of their keys.</summary>
    public async Task<IReadOnlyList<TableCell>> Read(TableQuestion question)
    {
        var amounts = await Sums(question);
        var values = new Dictionary<(string Row, string Column), Dictionary<string, (decimal Value, string Qualifier)>>();
        foreach (var entry in question.Indicators.Where(entry => !entry.Indicator.IsComputedFromSums))
        {
            foreach (var (place, value) in await Cases(entry.Indicator, question))
            {
                if (!values.TryGetValue(place, out var its))
                {
                    values[place] = its = new Dictionary<string, (decimal, string)>(StringComparer.Ordinal);
                }

                its[entry.Indicator.Code] = value;
            }
        }

        return
        [
            .. amounts
                .Keys.Union(values.Keys)
                .OrderBy(place => place.Row, StringComparer.Ordinal)
                .ThenBy(place => place.Column, StringComparer.Ordinal)
                .Select(place =>
                {
                    var its = amounts.GetValueOrDefault(place) ?? new Amounts();
                    return new TableCell(place.Row, place.Column, Figures(question, place, its, values.GetValueOrDefault(place)), its);
                }),
        ];
    }

    /// <summary>Where nothing has happened.</summary>
    public static IReadOnlyList<FigureView> Nothing(TableQuestion question) => Figures(question, ("", ""), new Amounts(), null);

    private async Task<Dictionary<(string Row, string Column), Amounts>> Sums(TableQuestion question)
    {
        ReportAxis?[] asked = [question.Rows, question.Columns];
        List<FigureDimension> by = [.. asked.Select(ReportAxes.DimensionOf).OfType<FigureDimension>().Distinct()];
        var rows = await sums.Sums(
            new FigureQuestion(
                question.From,
                question.To,
                question.Region,
                [.. question.Indicators.SelectMany(entry => entry.Indicator.Measures).Distinct()],
                Array.Exists(asked, ReportAxes.IsTime),
                Array.Exists(asked, ReportAxes.IsPlace),
                by
            )
        );
        var cells = new Dictionary<(string, string), Amounts>();
        foreach (var row in rows)
        {
            var place = (
                Key(question.Rows, question.Region, row.Month, row.Region, dimension => row.Keys[by.IndexOf(dimension)])!,
                Key(question.Columns, question.Region, row.Month, row.Region, dimension => row.Keys[by.IndexOf(dimension)])!
            );
            if (!cells.TryGetValue(place, out var cell))
            {
                cells[place] = cell = new Amounts();
            }

            cell.Add(row.Amounts);
        }

        // What was booked and taken back again is nothing.
        return cells.Where(pair => !pair.Value.IsZero).ToDictionary(pair => pair.Key, pair => pair.Value);
    }

    private async Task<Dictionary<(string Row, string Column), (decimal Value, string Qualifier)>> Cases(
        Indicator indicator,
        TableQuestion question
    )
    {
        var all = await cases.Read(indicator.MadeOf, question.From, question.To, question.Region);
        return all.Select(row => (Row: KeyOf(question.Rows, row), Column: KeyOf(question.Columns, row), Case: row))
            .Where(place => place is { Row: not null, Column: not null })
            .GroupBy(place => (place.Row!, place.Column!), place => place.Case)
            .ToDictionary(group => group.Key, group => Together(indicator, [.. group]));

        string? KeyOf(ReportAxis? axis, CaseRow row) =>
            Key(axis, question.Region, FigureBook.MonthOf(ShanghaiTime.DayOf(row.At)), row.RegionCode, row.Of);
    }

    private static (decimal Value, string Qualifier) Together(Indicator indicator, IReadOnlyList<CaseRow> rows) =>
        indicator.Additivity switch
        {
            Additivity.Median => (
                MedianOf([.. rows.Select(row => (decimal)(row.Until!.Value - row.Since!.Value).TotalMinutes).Order()]),
                Reports.Figures.Exact
            ),
            Additivity.Distinct => (
                rows.Select(row => row.Who).Distinct(StringComparer.Ordinal).Count(),
                rows.Any(row => row.Erased) && indicator.MadeOf != "helpers" ? Reports.Figures.About : Reports.Figures.Exact
            ),
            // Nobody was counted twice, and there may have been more.
            _ => (rows.Max(row => row.Size ?? 0), rows.Count > 1 ? Reports.Figures.AtLeast : Reports.Figures.Exact),
        };

    private static decimal MedianOf(IReadOnlyList<decimal> sorted)
    {
        var middle = sorted.Count / 2;
        var median = sorted.Count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return Math.Round(median, 1, MidpointRounding.AwayFromZero);
    }

    private string? Key(ReportAxis? axis, string? within, string month, string region, Func<FigureDimension, string?> key)
    {
        if (axis is not { } asked)
        {
            return "";
        }

        if (ReportAxes.DimensionOf(axis) is not { } dimension)
        {
            return axes.KeyOf(asked, within, month, region, "");
        }

        return key(dimension) is { } found ? axes.KeyOf(asked, within, month, region, found) : null;
    }

    private static IReadOnlyList<FigureView> Figures(
        TableQuestion question,
        (string Row, string Column) place,
        Amounts amounts,
        Dictionary<string, (decimal Value, string Qualifier)>? values
    )
    {
        var period = new PeriodView(question.From, question.To);
        var region = question.Region;
        List<(string, string)> further = [];
        foreach (var (axis, key) in new[] { (question.Rows, place.Row), (question.Columns, place.Column) })
        {
            if (axis is not { } asked)
            {
                continue;
            }

            if (ReportAxes.IsTime(asked))
            {
                period = Within(period, asked, key);
            }
            else if (ReportAxes.IsPlace(asked))
            {
                region = key;
            }
            else
            {
                further.Add((Words.Of(asked), key));
            }
        }

        return
        [
            .. question.Indicators.Select(entry =>
                entry.Indicator.IsComputedFromSums
                    ? Reports.Figures.Of(entry, entry.Indicator.Of(amounts), Reports.Figures.Exact, period, region, further)
                : values is not null && values.TryGetValue(entry.Indicator.Code, out var value)
                    ? Reports.Figures.Of(entry, value.Value, value.Qualifier, period, region, further)
                : Reports.Figures.Of(
                    entry,
                    entry.Indicator.Additivity is Additivity.Median ? null : 0,
                    Reports.Figures.Exact,
                    period,
                    region,
                    further
                )
            ),
        ];
    }

    private static PeriodView Within(PeriodView period, ReportAxis axis, string key)
    {
        var year = int.Parse(key.AsSpan(0, 4), System.Globalization.CultureInfo.InvariantCulture);
        var (first, months) = axis switch
        {
            ReportAxis.Year => (1, 12),
            ReportAxis.Quarter => (((key[^1] - '1') * 3) + 1, 3),
            _ => (int.Parse(key.AsSpan(5), System.Globalization.CultureInfo.InvariantCulture), 1),
        };
        var begin = new DateOnly(year, first, 1);
        var end = begin.AddMonths(months).AddDays(-1);
        return new PeriodView(begin > period.From ? begin : period.From, end < period.To ? end : period.To);
    }
}
