using System.Globalization;
using Dispatch.Api.Features.Reference;
using Dispatch.Api.Storage;
using Dispatch.Domain.Calendar;
using Dispatch.Domain.Geography;
using Dispatch.Domain.Outcomes;

namespace Dispatch.Api.Features.Reports;

/// <summary>What a request counts for by now less what is booked for it.</summary>
/// <param name="CountsOn">The day of the fact, or today where its month was closed.</param>
/// <param name="Corrects">The closed month, as yyyy-MM.</param>
internal sealed record Difference(Guid RequestId, FigureKey Key, DateOnly CountsOn, string? Corrects, Amounts Amounts);

/// <summary>What counts on a day, booked or about to be.</summary>
internal sealed record BookedPart(DateOnly CountsOn, FigureKey Key, Amounts Amounts);

/// <summary>A request that waits to be booked, with everything it counts for.</summary>
internal sealed record WaitingRequest(Guid RequestId, string Reference, IReadOnlyList<BookedPart> Parts);

/// <summary>
/// The entries and their sums. Nothing in it is changed: a request whose facts are others than were booked gets the difference booked. Differences are not booked in
/// the transactions that make them, which would wait for one another at the sums of their county; a report adds those that are not booked yet.
/// </summary>
internal sealed class FigureBook(Session db, Catalogue catalogue, RequestFigures figures, TimeProvider clock)
{
    /// <summary>The columns of all measures.</summary>
    public static readonly string Columns = string.Join(", ", Words.All<Measure>());

    private const int NumbersOfOneStatement = 200;
    private static readonly Measure[] All = Enum.GetValues<Measure>();
    private static readonly string Values = string.Join(", ", Words.All<Measure>().Select(column => "@" + column));

    private static readonly string InsertEntry = $"""
        insert into figure_entry (entry_id, request_id, booked_at, happened_on, counts_on, corrects, region_code, county_code, city_code, province_code, host_region_code,
            team_id, tier, skill_code, form, requester_kind, urgency, channel, {Columns})
        values (@Id, @RequestId, @now, @HappenedOn, @CountsOn, @Corrects, @Region, @County, @City, @Province, @HostRegion,
            @Team, @Tier, @Skill, @Form, @RequesterKind, @Urgency, @Channel, {Values})
        """;

    private static readonly string SumUp = string.Join(", ", Words.All<Measure>().Select(column => $"sum({column})"));
    private static readonly string AddToSums = string.Join(
        ", ",
        Words.All<Measure>().Select(column => $"{column} = figure_rollup.{column} + excluded.{column}")
    );

    /// <summary>The month of a day, as it is written.</summary>
    public static string MonthOf(DateOnly day) => day.ToString("yyyy-MM", CultureInfo.InvariantCulture);

    /// <summary>The sums of some measures as one text: their number differs from question to question.</summary>
    public static string Sums(IEnumerable<Measure> measures) =>
        string.Join(" || ' ' || ", measures.Select(measure => $"cast(coalesce(sum({Words.Of(measure)}), 0) as text)"));

    /// <summary>Reads what <see cref="Sums"/> wrote.</summary>
    public static Amounts Read(string sums, IReadOnlyList<Measure> measures)
    {
        var amounts = new Amounts();
        var rest = sums.AsSpan();
        foreach (var measure in measures)
        {
            var end = rest.IndexOf(' ');
            amounts[measure] = long.Parse(end < 0 ? rest : rest[..end], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
            rest = end < 0 ? [] : rest[(end + 1)..];
        }

        return amounts;
    }

    /// <summary>Requests whose figures wait to be booked.</summary>
    public async Task<IReadOnlyList<Guid>> Due(int limit) =>
        [
            .. (await db.List<DueRow>("select distinct request_id from figure_due order by request_id limit @limit", new { limit })).Select(
                row => row.RequestId
            ),
        ];

    /// <summary>How many they are.</summary>
    public async Task<int> CountDue() => (int)await db.Value<long>("select count(distinct request_id) from figure_due");

    /// <summary>What is not booked yet of these requests, none for most of a busy day's moves.</summary>
    public async Task<IReadOnlyList<Difference>> Differences(IReadOnlyList<Guid> ids)
    {
        if (ids.Count == 0)
        {
            return [];
        }

        var differences = new List<Difference>();
        var closed = await ClosedMonths();
        var today = ShanghaiTime.DayOf(clock.GetUtcNow());
        var facts = await figures.Of(ids);
        var booked = await Booked(ids);
        foreach (var (id, counted) in facts)
        {
            foreach (var (key, amounts) in booked.GetValueOrDefault(id) ?? [])
            {
                if (!counted.TryGetValue(key, out var now))
                {
                    counted[key] = now = new Amounts();
                }

                now.Subtract(amounts);
            }

            differences.AddRange(
                counted
                    .Where(pair => !pair.Value.IsZero)
                    .Select(pair =>
                    {
                        var month = MonthOf(pair.Key.Day);
                        var isClosed = closed[month].Any(region => Covers(region, pair.Key.Region));
                        return new Difference(id, pair.Key, isClosed ? today : pair.Key.Day, isClosed ? month : null, pair.Value);
                    })
            );
        }

        return differences;
    }

    /// <summary>These requests as they will stand once they are booked.</summary>
    public async Task<IReadOnlyList<WaitingRequest>> Waiting(IReadOnlyList<Guid> ids)
    {
        var parts = (await Differences(ids)).ToLookup(difference => difference.RequestId);
        var waiting = new List<WaitingRequest>();
        foreach (var some in ids.Chunk(NumbersOfOneStatement))
        {
            var args = new { ids = some };
            var booked = (
                await db.List<EntryRow>(
                    $"""
                    select request_id, happened_on, counts_on, region_code, host_region_code, team_id, tier, skill_code, form, requester_kind, urgency, channel, {Sums(
                        All
                    )} as sums
                    from figure_entry where request_id {db.In("@ids")}
                    group by request_id, happened_on, counts_on, region_code, host_region_code, team_id, tier, skill_code, form, requester_kind, urgency, channel
                    """,
                    args
                )
            ).ToLookup(row => row.RequestId);
            var named = await db.List<NamedRow>($"select request_id, reference from help_request where request_id {db.In("@ids")}", args);
            waiting.AddRange(
                named.Select(row => new WaitingRequest(
                    row.RequestId,
                    row.Reference,
                    [
                        .. booked[row.RequestId].Select(entry => new BookedPart(entry.CountsOn, entry.Key, Read(entry.Sums, All))),
                        .. parts[row.RequestId].Select(part => new BookedPart(part.CountsOn, part.Key, part.Amounts)),
                    ]
                ))
            );
        }

        return waiting;
    }

    /// <summary>Books some of what waits; returns how many requests that were. One node at a time: what the one before committed is seen by the next.</summary>
    public async Task<int> BookSome(int atOnce)
    {
        await db.HoldKey("figures");
        var ids = await Due(atOnce);
        if (ids.Count == 0)
        {
            return 0;
        }

        // Read before the facts: what is marked from now on stays marked.
        var marks = (await db.List<MarkRow>($"select distinct mark from figure_due where request_id {db.In("@ids")}", new { ids }))
            .Select(row => row.Mark)
            .ToList();
        List<Guid> entries = [];
        foreach (var difference in await Differences(ids))
        {
            entries.Add(await Append(difference));
        }

        await AddUp(entries);
        foreach (var some in marks.Chunk(NumbersOfOneStatement))
        {
            await db.Execute($"delete from figure_due where request_id {db.In("@ids")} and mark {db.In("@some")}", new { ids, some });
        }

        return ids.Count;
    }

    /// <summary>Whether a region lies in another; of the whole country everything does.</summary>
    public bool Covers(string? scope, string region) =>
        scope is null || catalogue.Regions.Find(scope)?.Level == RegionLevel.Country || catalogue.Regions.IsWithin(region, scope);

    private async Task<Guid> Append(Difference difference)
    {
        var (key, now) = (difference.Key, clock.GetUtcNow());
        var id = Guid.CreateVersion7(now);
        var args = new Arguments();
        var lineage = catalogue.LineageOf(catalogue.Regions.Find(key.Region)!);
        args.Add("Region", key.Region);
        args.Add("County", lineage.County);
        args.Add("City", lineage.City);
        args.Add("Province", lineage.Province);
        foreach (var measure in All)
        {
            args.Add(Words.Of(measure), difference.Amounts[measure]);
        }

        args.Add("Id", id);
        args.Add("RequestId", difference.RequestId);
        args.Add("now", now);
        args.Add("HappenedOn", key.Day);
        args.Add("CountsOn", difference.CountsOn);
        args.Add("Corrects", difference.Corrects);
        args.Add("HostRegion", key.HostRegion);
        args.Add("Team", key.Team);
        args.Add("Tier", key.Tier);
        args.Add("Skill", key.Skill);
        args.Add("Form", key.Form);
        args.Add("RequesterKind", key.RequesterKind);
        args.Add("Urgency", key.Urgency);
        args.Add("Channel", key.Channel);
        await db.Execute(InsertEntry, args);
        return id;
    }

    /// <summary>One statement for each dimension, however many entries: a row of the sums costs the store far less than a statement costs.</summary>
    private async Task AddUp(IReadOnlyList<Guid> entries)
    {
        foreach (var some in entries.Chunk(NumbersOfOneStatement))
        {
            foreach (var dimension in Enum.GetValues<FigureDimension>())
            {
                var column = dimension is FigureDimension.None ? "''" : FigureReader.ColumnOf(dimension);
                await db.Execute(
                    $"""
                    insert into figure_rollup (month, region_code, dimension, key, county_code, city_code, province_code, {Columns})
                    select substr(cast(counts_on as text), 1, 7), region_code, '{Words.Of(
                        dimension
                    )}', cast({column} as text), county_code, city_code, province_code, {SumUp}
                    from figure_entry where entry_id {db.In("@some")} and {column} is not null
                    group by substr(cast(counts_on as text), 1, 7), region_code, county_code, city_code, province_code{(
                        dimension is FigureDimension.None ? "" : ", " + column
                    )}
                    on conflict (dimension, month, region_code, key) do update set {AddToSums}
                    """,
                    new { some }
                );
            }
        }
    }

    private async Task<ILookup<string, string>> ClosedMonths() =>
        (await db.List<ClosedRow>("select month, region_code from report_period")).ToLookup(
            row => row.Month,
            row => row.RegionCode,
            StringComparer.Ordinal
        );

    private async Task<Dictionary<Guid, CountedFacts>> Booked(IReadOnlyList<Guid> ids)
    {
        var booked = new Dictionary<Guid, CountedFacts>();
        foreach (var some in ids.Chunk(NumbersOfOneStatement))
        {
            var rows = await db.List<EntryRow>(
                $"""
                select request_id, happened_on, region_code, host_region_code, team_id, tier, skill_code, form, requester_kind, urgency, channel, {Sums(
                    All
                )} as sums
                from figure_entry where request_id {db.In("@ids")}
                group by request_id, happened_on, region_code, host_region_code, team_id, tier, skill_code, form, requester_kind, urgency, channel
                """,
                new { ids = some }
            );
            foreach (var row in rows)
            {
                if (!booked.TryGetValue(row.RequestId, out var its))
                {
                    booked[row.RequestId] = its = [];
                }

                its[row.Key] = Read(row.Sums, All);
            }
        }

        return booked;
    }

    private sealed record DueRow
    {
        public Guid RequestId { get; init; }
    }

    private sealed record MarkRow
    {
        public long Mark { get; init; }
    }

    private sealed record ClosedRow
    {
        public string Month { get; init; } = "";
        public string RegionCode { get; init; } = "";
    }

    private sealed record NamedRow
    {
        public Guid RequestId { get; init; }
        public string Reference { get; init; } = "";
    }

    private sealed record EntryRow
    {
        public Guid RequestId { get; init; }
        public DateOnly CountsOn { get; init; }
        public DateOnly HappenedOn { get; init; }
        public string RegionCode { get; init; } = "";
        public string? HostRegionCode { get; init; }
        public Guid? TeamId { get; init; }
        public string? Tier { get; init; }
        public string SkillCode { get; init; } = "";
        public string Form { get; init; } = "";
        public string RequesterKind { get; init; } = "";
        public string Urgency { get; init; } = "";
        public string Channel { get; init; } = "";
        public string Sums { get; init; } = "";

        public FigureKey Key => new(HappenedOn, RegionCode, SkillCode, Form, RequesterKind, Urgency, Channel, TeamId, Tier, HostRegionCode);
    }
}
