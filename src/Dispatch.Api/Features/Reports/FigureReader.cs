using Dispatch.Api.Features.Reference;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Domain.Calendar;
using Dispatch.Domain.Geography;
using Dispatch.Domain.Outcomes;

namespace Dispatch.Api.Features.Reports;

/// <summary>Which sums are wanted, and what they are told apart by.</summary>
/// <param name="To">Inclusive.</param>
/// <param name="Region">Null: the whole country.</param>
internal sealed record FigureQuestion(
    DateOnly From,
    DateOnly To,
    string? Region,
    IReadOnlyList<Measure> Measures,
    bool ByMonth = false,
    bool ByRegion = false,
    IReadOnlyList<FigureDimension>? By = null
);

/// <summary>A sum and where it belongs; empty where the question does not tell apart.</summary>
/// <param name="Keys">In the order of the dimensions asked for.</param>
internal sealed record FigureSum(string Month, string Region, IReadOnlyList<string> Keys, Amounts Amounts);

/// <summary>
/// Sums of what is booked, exact at any moment: whole months out of the sums kept by month and place, the days at both ends out of the entries, and of requests that
/// wait to be booked the difference, all in one snapshot.
/// </summary>
internal sealed class FigureReader(Session db, Catalogue catalogue, FigureBook book, TimeProvider clock)
{
    // After an upgrade every request of the past waits; each is worked out here until it is booked.
    private const int MostWaiting = 50_000;

    private IReadOnlyList<Difference>? waiting;

    public async Task<IReadOnlyList<FigureSum>> Sums(FigureQuestion question)
    {
        if (question.Measures.Count == 0)
        {
            return [];
        }

        var dimensions = question.By ?? [];
        var sums = new Dictionary<(string Month, string Region, string First, string Second), Amounts>();
        foreach (var part in PartsOf(question))
        {
            foreach (var row in await Read(question, dimensions, part))
            {
                Into((row.Month, row.Region, row.First, row.Second), FigureBook.Read(row.Sums, question.Measures));
            }
        }

        foreach (var difference in await Waiting())
        {
            var day = difference.CountsOn;
            if (
                question.From <= day
                && day <= question.To
                && book.Covers(question.Region, difference.Key.Region)
                && dimensions.All(dimension => difference.Key.Of(dimension) is not null)
            )
            {
                var keys = dimensions.Select(dimension => difference.Key.Of(dimension)!).ToList();
                Into(
                    (
                        question.ByMonth ? FigureBook.MonthOf(day) : "",
                        question.ByRegion ? difference.Key.Region : "",
                        keys.ElementAtOrDefault(0) ?? "",
                        keys.ElementAtOrDefault(1) ?? ""
                    ),
                    difference.Amounts.Only(question.Measures)
                );
            }
        }

        return
        [
            .. sums.Where(pair => !pair.Value.IsZero)
                .Select(pair => new FigureSum(
                    pair.Key.Month,
                    pair.Key.Region,
                    [.. new[] { pair.Key.First, pair.Key.Second }.Take(dimensions.Count)],
                    pair.Value
                )),
        ];

        void Into((string, string, string, string) place, Amounts amounts)
        {
            if (!sums.TryGetValue(place, out var sum))
            {
                sums[place] = sum = new Amounts();
            }

            sum.Add(amounts);
        }
    }

    /// <summary>What no entry holds yet.</summary>
    public async Task<IReadOnlyList<Difference>> Waiting() => waiting ??= await book.Differences(await WaitingIds());

    /// <summary>The requests it is of.</summary>
    public async Task<IReadOnlyList<Guid>> WaitingIds()
    {
        var due = await book.Due(MostWaiting + 1);
        return due.Count <= MostWaiting
            ? due
            : throw new Refused(
                ProblemKinds.Unavailable,
                "升级后正在补记以往的数字，请几分钟后再试。",
                "After an upgrade the figures of the past are being counted. Try again in a few minutes."
            );
    }

    private IEnumerable<Part> PartsOf(FigureQuestion question)
    {
        var today = ShanghaiTime.DayOf(clock.GetUtcNow());
        var (from, to) = (question.From, question.To);
        // Nothing has happened after today: the month is asked for as far as it goes.
        var end = to >= today ? EndOf(to) : to;
        if (question.By is { Count: > 1 })
        {
            yield return new Part(from, end, IsWhole: false);
            yield break;
        }

        var firstWhole = from.Day == 1 ? from : EndOf(from).AddDays(1);
        var lastWhole = end == EndOf(end) ? end : new DateOnly(end.Year, end.Month, 1).AddDays(-1);
        if (lastWhole < firstWhole)
        {
            yield return new Part(from, end, IsWhole: false);
            yield break;
        }

        yield return new Part(firstWhole, lastWhole, IsWhole: true);
        if (from < firstWhole)
        {
            yield return new Part(from, firstWhole.AddDays(-1), IsWhole: false);
        }

        if (lastWhole < end)
        {
            yield return new Part(lastWhole.AddDays(1), end, IsWhole: false);
        }
    }

    private Task<IReadOnlyList<SumRow>> Read(FigureQuestion question, IReadOnlyList<FigureDimension> dimensions, Part part)
    {
        var args = new Arguments();
        var (table, where, month, keys) = part.IsWhole
            ? (
                "figure_rollup",
                "dimension = @dimension and month >= @firstMonth and month <= @lastMonth",
                "month",
                dimensions.Select(_ => "key").ToList()
            )
            : (
                "figure_entry",
                string.Concat(
                    "counts_on >= @from and counts_on <= @to",
                    string.Concat(dimensions.Select(d => $" and {ColumnOf(d)} is not null"))
                ),
                "substr(cast(counts_on as text), 1, 7)",
                dimensions.Select(dimension => $"cast({ColumnOf(dimension)} as text)").ToList()
            );
        if (part.IsWhole)
        {
            args.Add("dimension", Words.Of(dimensions.Count == 0 ? FigureDimension.None : dimensions[0]));
            args.Add("firstMonth", FigureBook.MonthOf(part.From));
            args.Add("lastMonth", FigureBook.MonthOf(part.To));
        }
        else
        {
            args.Add("from", part.From);
            args.Add("to", part.To);
        }

        if (catalogue.Regions.Find(question.Region) is { Level: not RegionLevel.Country } region)
        {
            where += " and " + RegionScope.Sql(table, "@region", region);
            args.Add("region", region.Code);
            // What has an index is the province: of the country's rows those of one are left to look through.
            if (catalogue.Regions.Enclosing(region.Code, RegionLevel.Province) is { } province && province.Code != region.Code)
            {
                where += " and province_code = @province";
                args.Add("province", province.Code);
            }
        }

        List<string> apart = [];
        if (question.ByMonth)
        {
            apart.Add(month);
        }

        if (question.ByRegion)
        {
            apart.Add("region_code");
        }

        apart.AddRange(keys);
        return db.List<SumRow>(
            $"""
            select {(question.ByMonth ? month : "''")} as month, {(question.ByRegion ? "region_code" : "''")} as region,
                {keys.ElementAtOrDefault(0) ?? "''"} as first, {keys.ElementAtOrDefault(1) ?? "''"} as second, {FigureBook.Sums(
                question.Measures
            )} as sums
            from {table} where {where} {(apart.Count == 0 ? "" : "group by " + string.Join(", ", apart))}
            """,
            args
        );
    }

    /// <summary>The column of the entries that holds a dimension.</summary>
    public static string ColumnOf(FigureDimension dimension) =>
        dimension switch
        {
            FigureDimension.Tier => "tier",
            FigureDimension.Team => "team_id",
            FigureDimension.Skill => "skill_code",
            FigureDimension.Form => "form",
            FigureDimension.RequesterKind => "requester_kind",
            FigureDimension.Urgency => "urgency",
            FigureDimension.Channel => "channel",
            FigureDimension.HostRegion => "host_region_code",
            _ => throw new ArgumentOutOfRangeException(nameof(dimension)),
        };

    private static DateOnly EndOf(DateOnly day) => new(day.Year, day.Month, DateTime.DaysInMonth(day.Year, day.Month));

    private readonly record struct Part(DateOnly From, DateOnly To, bool IsWhole);

    private sealed record SumRow
    {
        public string Month { get; init; } = "";
        public string Region { get; init; } = "";
        public string First { get; init; } = "";
        public string Second { get; init; } = "";
        public string Sums { get; init; } = "";
    }
}
