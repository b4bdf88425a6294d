using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using System.Text;
using Dispatch.Domain.Geography;
using Dispatch.Domain.Skills;
using Dispatch.Domain.Teams;
using Dispatch.Domain.Visits;

namespace Dispatch.Domain.Matching.Index;

/// <summary>Some teams in columns, in the order of their regions, with a list of who has it for every skill. Nothing in it ever changes:
/// <see cref="With"/> gives another one that shares all it can.</summary>
internal sealed class TeamBlock
{
    private const int ChunkBits = 6;
    private const int ChunkSize = 1 << ChunkBits;

    private readonly TeamColumns columns;
    private readonly Standing[][] standings;

    public TeamBlock(TeamColumns columns, Standing[] standings)
        : this(columns, [.. standings.Chunk(ChunkSize)]) { }

    private TeamBlock(TeamColumns columns, Standing[][] standings)
    {
        this.columns = columns;
        this.standings = standings;
    }

    public int Count => columns.Ids.Length;

    public ref readonly Standing StandingAt(int at) => ref standings[at >> ChunkBits][at & (ChunkSize - 1)];

    /// <summary>Brings what is known of these teams near the processor. Judged one after another, each would be waited for on its own; read in
    /// a row, all of them are on their way at once.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public int Fetch(ReadOnlySpan<Posting> postings)
    {
        var sum = 0;
        foreach (var posting in postings)
        {
            // It may lie across two lines of the cache.
            ref readonly var standing = ref StandingAt(posting.At);
            sum += standing.Forms + (standing.Availability is null ? 1 : 0);
        }

        return sum;
    }

    public Guid IdAt(int at) => columns.Ids[at];

    public ReadOnlySpan<PackedSkill> SkillsAt(int at) =>
        columns.Skills.AsSpan(columns.SkillStarts[at], columns.SkillStarts[at + 1] - columns.SkillStarts[at]);

    /// <summary>The day number of the last day on which a team is licensed for one of its skills; 0: none is kept.</summary>
    public int LicensedUntil(int at, PackedSkill skill) =>
        skill.IsLicensed ? LicensedUntil(skill.Number, LowerBound(Having(skill.Number), at)) : 0;

    /// <summary>The same by the place of the team among those who have the skill.</summary>
    public int LicensedUntil(int skill, int number) =>
        columns.LicenceStarts[skill] is >= 0 and var start ? columns.LicenceDays[start + number] : 0;

    public TeamBase BaseAt(int at) => new(columns.Bases[at], columns.BaseCounties[at]);

    public IReadOnlyList<TeamBase> FurtherBasesAt(int at) => columns.FurtherBases.GetValueOrDefault(at, []);

    /// <summary>The place of the team's region in the tree; -1 for one the tree does not know.</summary>
    public int RegionAt(int at) => columns.Regions[RegionRun(at)];

    public int FirstRegion => columns.Regions[0];

    public int LastRegion => columns.Regions[^1];

    public Service? ServiceAt(int at) => columns.Services.GetValueOrDefault(at);

    /// <summary>Where the team stands here; -1: it is not among these.</summary>
    public int Find(Guid id) => columns.Places.Find(id, columns.Ids);

    /// <summary>Everybody here who has the skill, in the order of the regions.</summary>
    public ReadOnlySpan<Posting> Having(int skill) =>
        skill < columns.PostingStarts.Length - 1
            ? columns.Postings.AsSpan(columns.PostingStarts[skill], columns.PostingStarts[skill + 1] - columns.PostingStarts[skill])
            : [];

    /// <summary>The first of them at this place or after it, by its place among them.</summary>
    public int FirstOf(int skill, int at) => LowerBound(Having(skill), at);

    /// <summary>Those of them who are at home in these regions.</summary>
    public ReadOnlySpan<Posting> Having(int skill, RegionSpan regions)
    {
        var (from, length) = RunOf(skill, regions);
        return Having(skill).Slice(from, length);
    }

    /// <summary>Where those stand among them.</summary>
    public (int From, int Length) RunOf(int skill, RegionSpan regions)
    {
        var all = Having(skill);
        if (all.IsEmpty || regions.End <= regions.Start)
        {
            return (0, 0);
        }

        var from = LowerBound(all, TeamsBefore(regions.Start));
        return (from, LowerBound(all[from..], TeamsBefore(regions.End)));
    }

    /// <summary>Those who have the skill and serve this very area expressly.</summary>
    public ReadOnlySpan<ServedPosting> Serving(int skill, int area)
    {
        if (skill >= columns.ServedStarts.Length - 1)
        {
            return [];
        }

        var all = columns.Served.AsSpan(columns.ServedStarts[skill], columns.ServedStarts[skill + 1] - columns.ServedStarts[skill]);
        var from = FirstOf(all, area);
        return all[from..(from + FirstOf(all[from..], area + 1))];
    }

    /// <summary>The team as it was entered.</summary>
    public Team TeamAt(int at)
    {
        ref readonly var standing = ref StandingAt(at);
        var from = at == 0 ? 0 : columns.NameEnds[at - 1];
        var service = standing.Has(Traits.Serves) ? ServiceAt(at) : null;
        return new Team
        {
            Id = columns.Ids[at],
            Name = Encoding.UTF8.GetString(columns.Names, from, columns.NameEnds[at] - from),
            Kind = (TeamKind)columns.Kinds[at],
            Tier = (Tier)columns.Tiers[at],
            RegionCode = columns.RegionCodes[RegionRun(at)],
            Bases = standing.Has(Traits.SeveralBases)
                ? [columns.Bases[at], .. FurtherBasesAt(at).Select(further => further.Point)]
                : [columns.Bases[at]],
            Serves = service?.Regions ?? [],
            RadiusKm = service?.RadiusKm,
            Skills = new ProvenSkills(this, at),
            Forms = FormSets.Of(standing.Forms),
            Capacity = standing.Capacity,
            Availability = standing.Availability,
            Suspended = standing.Has(Traits.Suspended),
            HostOrganisation = columns.Hosts[at] is >= 0 and var host ? columns.HostNames[host] : null,
        };
    }

    /// <summary>The same teams, some of them standing otherwise. What is not named is shared.</summary>
    public TeamBlock With(IReadOnlyCollection<(int At, Standing Standing)> changed)
    {
        var changedChunks = (Standing[][])standings.Clone();
        foreach (var (at, standing) in changed)
        {
            ref var chunk = ref changedChunks[at >> ChunkBits];
            if (ReferenceEquals(chunk, standings[at >> ChunkBits]))
            {
                chunk = (Standing[])chunk.Clone();
            }

            chunk[at & (ChunkSize - 1)] = standing;
        }

        return new TeamBlock(columns, changedChunks);
    }

    /// <summary>The proven skill as it was entered.</summary>
    public TeamSkill SkillOf(int at, PackedSkill packed) =>
        new(
            columns.Numbers.CodeOf(packed.Number),
            packed.Level,
            LicensedUntil(at, packed) is > 0 and var until ? DateOnly.FromDayNumber(until) : null
        );

    public int NumberOf(string code) => columns.Numbers.Find(code) ?? -1;

    // Which run of one region the team stands in.
    private int RegionRun(int at)
    {
        var found = columns.RegionStarts.AsSpan().BinarySearch(at);
        return found >= 0 ? found : ~found - 1;
    }

    private int TeamsBefore(int region)
    {
        var (low, high) = (0, columns.Regions.Length);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            (low, high) = columns.Regions[middle] < region ? (middle + 1, high) : (low, middle);
        }

        return low == columns.Regions.Length ? Count : columns.RegionStarts[low];
    }

    private static int LowerBound(ReadOnlySpan<Posting> postings, int at)
    {
        var (low, high) = (0, postings.Length);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            (low, high) = postings[middle].At < at ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private static int FirstOf(ReadOnlySpan<ServedPosting> postings, int area)
    {
        var (low, high) = (0, postings.Length);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            (low, high) = postings[middle].Area < area ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}

/// <summary>What a team serves beyond its home.</summary>
internal sealed record Service(IReadOnlyList<string> Regions, int? RadiusKm);

/// <summary>What hardly ever changes about the teams of a block, team after team.</summary>
internal sealed class TeamColumns
{
    public required SkillNumbers Numbers { get; init; }
    public required Guid[] Ids { get; init; }

    public required IdPlaces Places { get; init; }

    public required byte[] Kinds { get; init; }
    public required byte[] Tiers { get; init; }

    /// <summary>In UTF-8, one after the other.</summary>
    public required byte[] Names { get; init; }
    public required int[] NameEnds { get; init; }

    /// <summary>By their place among the names; -1: none.</summary>
    public required int[] Hosts { get; init; }
    public required string[] HostNames { get; init; }

    /// <summary>The runs of teams of one region: its place in the tree, its code as it was entered, its first team.</summary>
    public required int[] Regions { get; init; }
    public required string[] RegionCodes { get; init; }
    public required int[] RegionStarts { get; init; }

    /// <summary>The first base of every team; the others of those few that have several.</summary>
    public required GeoPoint[] Bases { get; init; }
    public required int[] BaseCounties { get; init; }
    public required FrozenDictionary<int, TeamBase[]> FurtherBases { get; init; }
    public required FrozenDictionary<int, Service> Services { get; init; }

    public required int[] SkillStarts { get; init; }
    public required PackedSkill[] Skills { get; init; }

    /// <summary>By number of the skill: who has it.</summary>
    public required int[] PostingStarts { get; init; }
    public required Posting[] Postings { get; init; }

    /// <summary>By number of the skill: where the licences of those who have it start, in their order; -1: none of them is licensed.</summary>
    public required int[] LicenceStarts { get; init; }

    /// <summary>The day number of the last day of each; 0: no licence is kept.</summary>
    public required int[] LicenceDays { get; init; }

    /// <summary>By number of the skill: who has it and serves which area, by area. Only among the serving teams.</summary>
    public required int[] ServedStarts { get; init; }
    public required ServedPosting[] Served { get; init; }
}

/// <summary>One set for every combination of forms, shared by all teams.</summary>
internal static class FormSets
{
    private static readonly FrozenSet<VisitForm>[] All =
    [
        .. Enumerable
            .Range(0, 1 << Enum.GetValues<VisitForm>().Length)
            .Select(bits => Enum.GetValues<VisitForm>().Where(form => (bits & Standing.BitOf(form)) != 0).ToFrozenSet()),
    ];

    public static IReadOnlySet<VisitForm> Of(byte bits) => All[bits];
}
