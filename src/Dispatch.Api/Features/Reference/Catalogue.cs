using System.Collections.Concurrent;
using Dispatch.Api.Features.Deadlines;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Http;
using Dispatch.Api.Storage;
using Dispatch.Domain.Calendar;
using Dispatch.Domain.Geography;
using Dispatch.Domain.Matching;
using Dispatch.Domain.Outcomes;
using Dispatch.Domain.Skills;
using Dispatch.Domain.Suggestions;

namespace Dispatch.Api.Features.Reference;

/// <summary>A region and the county, city and province around it, as regional tables keep them.</summary>
internal sealed record Lineage(string Region, string? County, string? City, string? Province);

/// <summary>A figure of a report and what it means.</summary>
/// <param name="Origin">Whose definition it is.</param>
internal sealed record IndicatorEntry(Indicator Indicator, string Zh, string En, Proof Proof, Text Counts, Text NotCounted, Text Origin);

/// <summary>Reads texts: what the service was delivered with (version 0), or taught later.</summary>
internal sealed record Reader(int Version, Suggester Suggester);

/// <summary>What hardly ever changes, read once at the start: regions, skills and their words, the working calendar, travel times.</summary>
internal sealed class Catalogue(IConfiguration configuration)
{
    // Making twenty thousand words ready takes a fifth of a second; services of one process that hold the same words share the result.
    private static readonly ConcurrentDictionary<string, Suggester> Readers = new(StringComparer.Ordinal);

    private volatile Reader reader = new(0, new Suggester([]));

    public RegionTree Regions { get; private set; } = new([], []);
    public IReadOnlyDictionary<string, Skill> Skills { get; private set; } = new Dictionary<string, Skill>(StringComparer.Ordinal);

    /// <summary>By code, in the order a report shows them.</summary>
    public IReadOnlyDictionary<string, IndicatorEntry> Indicators { get; private set; } =
        new Dictionary<string, IndicatorEntry>(StringComparer.Ordinal);
    public WorkingCalendar Calendar { get; private set; } = new([]);
    public DeadlineRules Deadlines { get; private set; } = new(new WorkingCalendar([]));
    public MatchRules Rules { get; private set; } = null!;

    /// <summary>Words and examples alone, without lessons.</summary>
    public Suggester Delivered { get; private set; } = new([]);

    /// <summary>The version of reading in use. It is exchanged whole: whoever reads a text keeps the one he began with.</summary>
    public Reader Reader => reader;

    public Suggester Suggester => reader.Suggester;

    /// <summary>From now on texts are read like this.</summary>
    public void Use(Reader next) => reader = next;

    /// <summary>The columns that say where a row lies.</summary>
    public Lineage LineageOf(Region region) =>
        new(
            region.Code,
            Regions.Enclosing(region.Code, RegionLevel.County)?.Code,
            Regions.Enclosing(region.Code, RegionLevel.City)?.Code,
            Regions.Enclosing(region.Code, RegionLevel.Province)?.Code
        );

    public async Task Load(Session db)
    {
        var regions = await db.List<RegionRow>("select region_code, name, level, parent_code, lat, lng from region order by region_code");
        var aliases = await db.List<AliasRow>("select alias_code, region_code from region_alias order by alias_code");
        Regions = new RegionTree(
            regions.Select(r => new Region(r.RegionCode, r.Name, Words.To<RegionLevel>(r.Level), r.ParentCode, new GeoPoint(r.Lat, r.Lng))),
            aliases.Select(a => (a.AliasCode, a.RegionCode))
        );

        var synonyms = (await db.List<SynonymRow>("select skill_code, word from skill_synonym order by skill_code, word")).ToLookup(
            s => s.SkillCode,
            s => s.Word
        );
        var skills = await db.List<SkillRow>("select skill_code, zh, en, domain, licence from skill order by skill_code");
        Skills = skills.ToDictionary(
            s => s.SkillCode,
            s => new Skill(
                s.SkillCode,
                s.Zh,
                s.En,
                s.Domain,
                s.Licence is null ? null : Words.To<Licence>(s.Licence),
                [.. synonyms[s.SkillCode]]
            ),
            StringComparer.Ordinal
        );

        var lexicon = await db.List<LexiconRow>("select role, skill_code, words from lexicon order by skill_code, role");
        Delivered = Readers.GetOrAdd(
            string.Join('\n', lexicon.Select(row => $"{row.Role},{row.SkillCode},{row.Words}")),
            _ => new Suggester([
                .. lexicon.Select(row => new LexiconEntry(Words.To<WordRole>(row.Role), row.SkillCode, row.Words.Split(';'))),
            ])
        );
        Use(new Reader(0, Delivered));

        // Reading learns its examples the first time: now, and not while a requester waits.
        _ = ReadText.Of("PLC", this);

        var indicators = await db.List<IndicatorRow>(
            "select indicator_code, position, zh, en, unit, additivity, made_of, proof, counts_zh, counts_en, not_counted_zh, not_counted_en, origin_zh, origin_en from indicator order by position"
        );
        Indicators = indicators.ToDictionary(row => row.IndicatorCode, row => row.Entry, StringComparer.Ordinal);

        var days = await db.List<HolidayRow>("select day, name, kind from holiday order by day");
        Calendar = new WorkingCalendar(days.Select(d => new CalendarDay(d.Day, d.Name, Words.To<CalendarDayKind>(d.Kind))));
        Deadlines = new DeadlineRules(Calendar, DeadlineSettings.Read(configuration));

        var travel = await db.List<TravelRow>("select from_code, to_code, minutes from travel_time");
        Rules = new MatchRules(
            Regions,
            Skills,
            Weights.Published,
            new TravelTimes(travel.Select(t => new KnownTravelTime(t.FromCode, t.ToCode, t.Minutes)))
        );
    }

    private sealed record RegionRow
    {
        public string RegionCode { get; init; } = "";
        public string Name { get; init; } = "";
        public string Level { get; init; } = "";
        public string? ParentCode { get; init; }
        public double Lat { get; init; }
        public double Lng { get; init; }
    }

    private sealed record AliasRow
    {
        public string AliasCode { get; init; } = "";
        public string RegionCode { get; init; } = "";
    }

    private sealed record SkillRow
    {
        public string SkillCode { get; init; } = "";
        public string Zh { get; init; } = "";
        public string En { get; init; } = "";
        public string? Domain { get; init; }
        public string? Licence { get; init; }
    }

    private sealed record SynonymRow
    {
        public string SkillCode { get; init; } = "";
        public string Word { get; init; } = "";
    }

    private sealed record LexiconRow
    {
        public string Role { get; init; } = "";
        public string? SkillCode { get; init; }
        public string Words { get; init; } = "";
    }

    private sealed record HolidayRow
    {
        public DateOnly Day { get; init; }
        public string Name { get; init; } = "";
        public string Kind { get; init; } = "";
    }

    private sealed record IndicatorRow
    {
        public string IndicatorCode { get; init; } = "";
        public int Position { get; init; }
        public string Zh { get; init; } = "";
        public string En { get; init; } = "";
        public string Unit { get; init; } = "";
        public string Additivity { get; init; } = "";
        public string MadeOf { get; init; } = "";
        public string Proof { get; init; } = "";
        public string CountsZh { get; init; } = "";
        public string CountsEn { get; init; } = "";
        public string NotCountedZh { get; init; } = "";
        public string NotCountedEn { get; init; } = "";
        public string OriginZh { get; init; } = "";
        public string OriginEn { get; init; } = "";

        public IndicatorEntry Entry =>
            new(
                new Indicator(IndicatorCode, Unit, Words.To<Additivity>(Additivity), MadeOf),
                Zh,
                En,
                Words.To<Proof>(Proof),
                new Text(CountsZh, CountsEn),
                new Text(NotCountedZh, NotCountedEn),
                new Text(OriginZh, OriginEn)
            );
    }

    private sealed record TravelRow
    {
        public string FromCode { get; init; } = "";
        public string ToCode { get; init; } = "";
        public int Minutes { get; init; }
    }
}
