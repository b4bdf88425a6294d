using System.Globalization;
using Dispatch.Api.Features.Reference;
using Dispatch.Api.Generating;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Auditing;
using Dispatch.Domain.Outcomes;

namespace Dispatch.Api.Features.Reports;

internal sealed record ReportPeriodRow
{
    public string Month { get; init; } = "";
    public string RegionCode { get; init; } = "";
    public DateTimeOffset ClosedAt { get; init; }
    public string ClosedBy { get; init; } = "";
    public string Figures { get; init; } = "";
    public string Digest { get; init; } = "";
    public string SigningKey { get; init; } = "";
    public string Signature { get; init; } = "";
}

/// <summary>What was booked later for a closed month, in the month that shows it.</summary>
internal sealed record CorrectionView(string BookedIn, IReadOnlyList<FigureView> Figures);

/// <param name="Figures">As they were when the month was closed.</param>
/// <param name="Frozen">The text the digest is of, with all groups.</param>
/// <param name="Digest">SHA-256, hexadecimal.</param>
/// <param name="Signed">The text the signature stands for.</param>
/// <param name="Corrections">What was booked later; no figure above contains it.</param>
/// <param name="Synthetic">Null: these are real records. What is frozen says it too.</param>
internal sealed record ReportPeriodView(
    string Month,
    string Region,
    DateTimeOffset ClosedAt,
    string ClosedBy,
    IReadOnlyList<FigureView> Figures,
    string Frozen,
    string Digest,
    string Key,
    string Signed,
    string Signature,
    IReadOnlyList<CorrectionView> Corrections,
    SyntheticView? Synthetic
) : IResource
{
    public string Place() => $"/v1/report-periods/{Month}?region={Region}";

    /// <summary>It never changes.</summary>
    public long Version => 1;
}

/// <summary>Months that were closed, and what was booked for them afterwards.</summary>
internal sealed class ReportPeriods(Session db, Catalogue catalogue, FigureReader reader, FigureBook book)
{
    public const string Columns = "month, region_code, closed_at, closed_by, figures, digest, signing_key, signature";

    private static readonly Measure[] All = Enum.GetValues<Measure>();

    /// <summary>The first day of a month as it is written in URLs.</summary>
    public static DateOnly FirstDay(string month) =>
        DateOnly.TryParseExact(month, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out var first) && Years.Cover(first)
            ? first
            : throw Refused.Unknown();

    public Task<ReportPeriodRow?> Find(string month, string region) =>
        db.Find<ReportPeriodRow>(
            $"select {Columns} from report_period where month = @month and region_code = @region",
            new { month, region }
        );

    /// <summary>The sums of a month and a region as they stand.</summary>
    public Task<IReadOnlyList<FrozenSum>> Sums(string month, string region) =>
        db.List<FrozenSum>(
            $"""
            select dimension, region_code as region, key, {FigureBook.Sums(All)} as sums from figure_rollup
            where month = @month and {RegionScope.Sql("figure_rollup", "@region")} group by dimension, region_code, key
            """,
            new { month, region }
        );

    public async Task<ReportPeriodView> View(ReportPeriodRow row)
    {
        var first = FirstDay(row.Month);
        var period = new PeriodView(first, first.AddMonths(1).AddDays(-1));
        var corrections = (
            await db.List<CorrectionRow>(
                $"""
                select substr(cast(counts_on as text), 1, 7) as month, {FigureBook.Sums(All)} as sums from figure_entry
                where corrects = @Month and {RegionScope.Sql("figure_entry", "@RegionCode")}
                group by substr(cast(counts_on as text), 1, 7)
                """,
                new { row.Month, row.RegionCode }
            )
        ).ToDictionary(correction => correction.Month, correction => FigureBook.Read(correction.Sums, All), StringComparer.Ordinal);
        foreach (
            var waiting in (await reader.Waiting()).Where(difference =>
                difference.Corrects == row.Month && book.Covers(row.RegionCode, difference.Key.Region)
            )
        )
        {
            var month = FigureBook.MonthOf(waiting.CountsOn);
            if (!corrections.TryGetValue(month, out var sum))
            {
                corrections[month] = sum = new Amounts();
            }

            sum.Add(waiting.Amounts);
        }

        return new ReportPeriodView(
            row.Month,
            row.RegionCode,
            row.ClosedAt,
            row.ClosedBy,
            Views(FrozenFigures.Total(row.Figures), period, row.RegionCode),
            row.Figures,
            row.Digest,
            row.SigningKey,
            FrozenFigures.Signed(row.Month, row.RegionCode, row.ClosedAt, row.Digest, row.SigningKey),
            row.Signature,
            [
                .. corrections
                    .Where(pair => !pair.Value.IsZero)
                    .OrderBy(pair => pair.Key, StringComparer.Ordinal)
                    .Select(pair => new CorrectionView(
                        pair.Key,
                        [.. Views(pair.Value, period, row.RegionCode).Where(figure => figure.Value is not (null or 0))]
                    )),
            ],
            await SyntheticYear.Of(db)
        );
    }

    private IReadOnlyList<FigureView> Views(Amounts amounts, PeriodView period, string region) =>
        [
            .. catalogue
                .Indicators.Values.Where(entry => entry.Indicator.IsComputedFromSums)
                .Select(entry => Reports.Figures.Of(entry, entry.Indicator.Of(amounts), Reports.Figures.Exact, period, region, [])),
        ];

    private sealed record CorrectionRow
    {
        public string Month { get; init; } = "";
        public string Sums { get; init; } = "";
    }
}
