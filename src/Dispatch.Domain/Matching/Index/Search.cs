using System.Runtime.InteropServices;
using Dispatch.Domain.Geography;
using Dispatch.Domain.Skills;
using Dispatch.Domain.Teams;

namespace Dispatch.Domain.Matching.Index;

/// <summary>One search through one snapshot. It goes outwards tier by tier, looks at no team that has not the main skill, and works out the
/// way to a team only when the team could be among the best even if the way were as short as the straight line through the earth.</summary>
internal sealed class Search
{
    // So many teams are fetched from memory, judged and then ranked at a time.
    private const int Together = 128;

    private readonly TeamIndex index;
    private readonly Situation asked;
    private readonly int main;
    private readonly bool mainNeedsLicence;
    private readonly Further[] further;
    private readonly Beside[] beside;
    private readonly byte form;
    private readonly Dictionary<Availability, int?> waits = new(ReferenceEqualityComparer.Instance);
    private (Availability? Of, int? Wait) latest;
    private readonly long restsAfter;
    private readonly int firstDay;
    private readonly Direction place;
    private readonly IReadOnlyDictionary<string, double>? known;
    private readonly double leastKnown = double.PositiveInfinity;
    private readonly (int Area, Tier Opens)[] around;
    private readonly Dictionary<TeamBlock, List<(int At, Marks Marks)>> marked = [];

    // Where they are at home, by its place in the tree.
    private readonly Dictionary<Guid, int> servedHere = [];

    // Of those judged together: whom to look at closer, by the most points they can have (below zero: the best come first), and whom not.
    private readonly Posting[] hopefuls = new Posting[Together];
    private readonly int[] hopes = new int[Together];
    private readonly (Ineligibility Reason, int At)[] turnedDown = new (Ineligibility, int)[Together];
    private int hopefulCount;
    private int turnedDownCount;
    private readonly Best best;
    private readonly Best whole;
    private readonly Refusals?[] refused = new Refusals?[Eligibility.Rules.Count];
    private readonly (TeamBlock Block, int At, Tier Opens)? named;
    private Tier? opened;

    public Search(TeamIndex index, Situation asked, int most)
    {
        this.index = index;
        this.asked = asked;
        best = new Best(most);
        whole = new Best(asked.Skills.Count > 1 ? most : 0);
        main = NumberOf(asked.Main?.Code);
        mainNeedsLicence = asked.Main is { } reserved && asked.NeedsLicence(reserved.Code);
        further = new Further[asked.Further];
        beside = new Beside[asked.Further];
        for (var at = 0; at < further.Length; at++)
        {
            var skill = asked.Skills[at + 1];
            further[at] = new Further(
                NumberOf(skill.Code),
                skill.MinLevel,
                asked.NeedsLicence(skill.Code),
                index.Numbers.DomainOf(skill.Code)
            );
        }

        form = Standing.BitOf(asked.Need.Form);
        restsAfter = (asked.Now - Score.RestAfterService).UtcTicks;
        firstDay = asked.FirstDay.DayNumber;
        if (asked.Travels)
        {
            place = Direction.Of(asked.Need.Point);
            known = asked.Rules.TravelTimes.To(asked.Scope.County) is { Count: > 0 } ways ? ways : null;
            leastKnown = known is null ? double.PositiveInfinity : known.Values.Min();
        }

        around =
        [
            (TeamIndex.AreaOf(asked.Rules.Regions, MapCells.Of(asked.Need.Point)), Tier.County),
            .. asked.Scope.Around().Select(region => (region.Position, region.Opens)),
        ];
        named = Mark();
        Having = main < 0 ? 0 : index.Having(main);
    }

    /// <summary>Teams of the whole country that have the main skill.</summary>
    public int Having { get; }

    /// <summary>Those of them that the tiers opened so far open.</summary>
    public int Seen { get; private set; }

    /// <summary>Those of them that pass every rule.</summary>
    public int Eligible { get; private set; }

    /// <summary>Whether one of them brings every skill.</summary>
    public bool AnyWhole { get; private set; }

    /// <summary>The team asked for by name, when it is among them.</summary>
    public Ranked? Named { get; private set; }

    /// <summary>Those that fail a rule, by the first one they fail; none where there are none.</summary>
    public IReadOnlyList<Refusals?> Refused => refused;

    /// <summary>The best of the eligible teams, the one asked for by name left out.</summary>
    public List<Ranked> Ranking() => best.InOrder();

    /// <summary>The best of those that bring every skill; empty when only one is asked for.</summary>
    public List<Ranked> Whole() => whole.InOrder();

    /// <summary>Judges and ranks every team that this tier opens and none opened before.</summary>
    public void Open(Tier tier)
    {
        if (main >= 0)
        {
            foreach (var run in Runs(main, tier))
            {
                JudgeAll(run, tier);
            }

            foreach (var posting in Served(main, tier))
            {
                if (servedHere.TryAdd(index.Serving.IdAt(posting.At), index.Serving.RegionAt(posting.At)))
                {
                    var mark = MarksOf(index.Serving, posting.At);
                    Judge(index.Serving, posting, tier, mark, ProofOf(index.Serving, posting.At));
                    Settle(index.Serving, tier);
                }
            }

            if (named is { } team && (opened is null || team.Opens > opened) && team.Opens <= tier)
            {
                JudgeNamed(team.Block, team.At, tier);
            }
        }

        opened = tier;
    }

    /// <summary>Whether this tier would open an eligible team that brings every skill, none opened so far doing so. Looks only at the teams
    /// with the rarest of the skills.</summary>
    public bool WouldFindWhole(Tier tier)
    {
        var groups = asked.Need.Requirements;
        if (main < 0 || (groups.Count == 0 ? Array.Exists(further, skill => skill.Number < 0) : groups.Any(group => group.Teams > 1)))
        {
            return false;
        }

        // Where any skill of a group will do, the rarest need not be among those of a team.
        var rarest =
            groups.Count > 0
                ? main
                : further.Select(skill => skill.Number).Append(main).MinBy(skill => Runs(skill, tier).Sum(run => run.Length));
        foreach (var run in Runs(rarest, tier))
        {
            foreach (var posting in run.Postings)
            {
                if (!IsPassedOver(run.Block, posting.At) && IsWhole(run.Block, posting.At, tier))
                {
                    return true;
                }
            }
        }

        return Served(rarest, tier).Exists(posting => IsWhole(index.Serving, posting.At, tier))
            || (named is { } team && team.Opens > opened && team.Opens <= tier && IsWhole(team.Block, team.At, tier));

        // The team asked for by name has its own tier.
        bool IsPassedOver(TeamBlock block, int at) =>
            Has(MarksOf(block, at), Marks.Named) || (block.StandingAt(at).Has(Traits.Serves) && servedHere.ContainsKey(block.IdAt(at)));
    }

    /// <summary>Every team that this tier or a lower one opens and that has one of the skills at least, once.</summary>
    public IReadOnlyList<Standed> WithAny(IEnumerable<WantedSkill> skills, Tier tier)
    {
        var found = new Dictionary<Guid, Standed>();
        foreach (var skill in skills.Select(skill => NumberOf(skill.Code)).Where(number => number >= 0))
        {
            foreach (var run in Runs(skill, tier))
            {
                foreach (var posting in run.Postings)
                {
                    Found(run.Block, posting.At);
                }
            }

            foreach (var posting in Served(skill, tier))
            {
                Found(index.Serving, posting.At);
            }

            if (named is { } team && team.Opens <= tier && Proven(team.Block, team.At, skill).Level > 0)
            {
                Found(team.Block, team.At);
            }
        }

        return [.. found.Values];

        void Found(TeamBlock block, int at)
        {
            if (!found.ContainsKey(block.IdAt(at)))
            {
                found[block.IdAt(at)] = new Standed(block.TeamAt(at), block.StandingAt(at).Load);
            }
        }
    }

    /// <summary>Teams with the main skill that the tiers up to this one open.</summary>
    public int SeenUpTo(Tier tier)
    {
        if (tier <= opened || main < 0)
        {
            return Seen;
        }

        if (tier == Tier.Country)
        {
            return Having;
        }

        var area = asked.Scope.Area(tier);
        var seen = index.HomesIn(area).Sum(home => home.Having(main, area).Length);
        // Whom the tiers opened so far opened for what it serves is known; the tiers beyond may open more.
        var guests = servedHere.Where(guest => !area.Holds(guest.Value)).Select(guest => guest.Key).ToHashSet();
        if (
            named is { } asGuest
            && asGuest.Opens <= opened
            && Proven(asGuest.Block, asGuest.At, main).Level > 0
            && !area.Holds(asGuest.Block.RegionAt(asGuest.At))
        )
        {
            guests.Add(asGuest.Block.IdAt(asGuest.At));
        }

        foreach (var (region, _) in around.Where(entry => entry.Opens > opened && entry.Opens <= tier))
        {
            foreach (var posting in index.Serving.Serving(main, region))
            {
                if (!area.Holds(index.Serving.RegionAt(posting.Posting.At)) && Serves(region, posting.Posting.At))
                {
                    guests.Add(index.Serving.IdAt(posting.Posting.At));
                }
            }
        }

        return seen + guests.Count;
    }

    /// <summary>Every team with the main skill, wherever it is, with the facts the rules ask for.</summary>
    public IEnumerable<TeamFacts> Everyone()
    {
        if (main < 0)
        {
            yield break;
        }

        foreach (var home in index.Homes)
        {
            for (var number = 0; number < home.Having(main).Length; number++)
            {
                var posting = home.Having(main)[number];
                yield return Facts(home, posting, OpensAt(home, posting.At));
            }
        }
    }

    // It goes first whatever its points: it is no match for the others, nor they for it.
    private void JudgeNamed(TeamBlock block, int at, Tier tier)
    {
        if (Proven(block, at, main) is not { Level: > 0 } proven)
        {
            return;
        }

        var posting = Posting.Of(at, proven.Level);
        if (Judge(block, posting, tier, MarksOf(block, at), ProofOf(block, at)))
        {
            Named = Rank(block, posting, tier).Ranked;
            hopefulCount = 0;
        }

        Settle(block, tier);
    }

    private void JudgeAll(Run run, Tier tier)
    {
        var marks = marked.GetValueOrDefault(run.Block);
        for (var number = 0; number < further.Length; number++)
        {
            beside[number] = new Beside(run.Block, further[number].Number, run.Postings[0].At);
        }

        var postings = run.Postings;
        for (var from = 0; from < postings.Length; from += Together)
        {
            var end = Math.Min(from + Together, postings.Length);
            run.Block.Fetch(postings[from..end]);
            for (var number = from; number < end; number++)
            {
                var at = postings[number].At;
                var mark = marks is null ? Marks.None : MarksAmong(marks, at);
                if (Has(mark, Marks.Named) || (run.Block.StandingAt(at).Has(Traits.Serves) && servedHere.ContainsKey(run.Block.IdAt(at))))
                {
                    continue;
                }

                var licensed = !mainNeedsLicence || run.Block.LicensedUntil(main, run.From + number) >= firstDay;
                Judge(run.Block, postings[number], tier, mark, AtBest(licensed, at));
            }

            Settle(run.Block, tier);
        }
    }

    /// <summary>Judges a team; whether it is eligible.</summary>
    /// <param name="atBest">What it has proven, or better.</param>
    private bool Judge(TeamBlock block, Posting posting, Tier tier, Marks mark, Proof atBest)
    {
        Seen++;
        ref readonly var standing = ref block.StandingAt(posting.At);
        var facts = Facts(block, posting, standing, tier, mark, atBest);
        if (Eligibility.Check(asked, facts, tier) is { } reason)
        {
            turnedDown[turnedDownCount++] = (reason, posting.At);
            return false;
        }

        Eligible++;
        var bringsAll = asked.BringsAll(facts);
        AnyWhole |= bringsAll;
        var most = Score.PointsOf(asked, facts) + PointsOfShortest(standing);
        if (most >= Floor(bringsAll))
        {
            hopefuls[hopefulCount] = posting;
            hopes[hopefulCount++] = -most;
        }

        return true;
    }

    /// <summary>Ranks those judged together, the most hopeful first: soon nobody is left who could still be among the best.</summary>
    private void Settle(TeamBlock block, Tier tier)
    {
        foreach (var (reason, at) in turnedDown.AsSpan(0, turnedDownCount))
        {
            (refused[(int)reason] ??= new Refusals()).Add(block.IdAt(at));
        }

        hopes.AsSpan(0, hopefulCount).Sort(hopefuls.AsSpan(0, hopefulCount));
        for (var at = 0; at < hopefulCount && -hopes[at] >= Math.Min(best.Floor, whole.Floor); at++)
        {
            var (ranked, bringsAll) = Rank(block, hopefuls[at], tier);
            best.Show(ranked);
            if (bringsAll)
            {
                whole.Show(ranked);
            }
        }

        (hopefulCount, turnedDownCount) = (0, 0);
    }

    private (Ranked Ranked, bool BringsAll) Rank(TeamBlock block, Posting posting, Tier tier)
    {
        var facts = WithTheWay(Facts(block, posting, tier), block, posting.At);
        return (new Ranked(Score.PointsOf(asked, facts), facts.Pending, block.IdAt(posting.At), block, posting.At), asked.BringsAll(facts));
    }

    private int Floor(bool bringsAll) => bringsAll ? Math.Min(best.Floor, whole.Floor) : best.Floor;

    /// <summary>What a ranked team was judged and scored by.</summary>
    public TeamFacts FactsOf(in Ranked ranked)
    {
        var (block, at) = (ranked.Block, ranked.At);
        return WithTheWay(Facts(block, Posting.Of(at, Proven(block, at, main).Level), OpensAt(block, at)), block, at);
    }

    private TeamFacts WithTheWay(in TeamFacts facts, TeamBlock block, int at) =>
        asked.Travels ? facts with { Journey = Way(block, at, block.StandingAt(at)) } : facts;

    private TeamFacts Facts(TeamBlock block, Posting posting, Tier opens) =>
        Facts(block, posting, block.StandingAt(posting.At), opens, MarksOf(block, posting.At), ProofOf(block, posting.At));

    private TeamFacts Facts(TeamBlock block, Posting posting, in Standing standing, Tier opens, Marks mark, Proof proof) =>
        new()
        {
            Opens = opens,
            Level = posting.Level,
            LicenceMissing = !proof.Licensed || (asked.NeedsElectrician && !IsElectrician(block, posting.At)),
            OffersForm = (standing.Forms & form) != 0,
            Conflict = Has(mark, Marks.Conflict),
            Suspended = standing.Has(Traits.Suspended),
            Ended = Has(mark, Marks.Ended),
            Wait = WaitOf(standing.Availability),
            Capacity = standing.Capacity,
            Active = standing.Active,
            Pending = standing.Pending,
            Resting = standing.LastService > restsAfter,
            Confirmed = standing.Confirmed,
            Solved = standing.Solved,
            Brings = proof.Brings,
            SameDomain = proof.SameDomain,
            ServedBefore = Has(mark, Marks.ServedBefore),
        };

    private Tier OpensAt(TeamBlock block, int at)
    {
        if (named is { } team && team.Block == block && team.At == at)
        {
            return team.Opens;
        }

        // Whoever serves more than its home may be open below the tier that holds it.
        if (block.StandingAt(at).Has(Traits.Serves))
        {
            return asked.Opens(block.TeamAt(at));
        }

        var tier = Tier.County;
        while (!asked.Scope.Area(tier).Holds(block.RegionAt(at)))
        {
            tier++;
        }

        return tier;
    }

    // Most teams keep the hours of the one before.
    private int? WaitOf(Availability availability)
    {
        if (ReferenceEquals(availability, latest.Of))
        {
            return latest.Wait;
        }

        if (!waits.TryGetValue(availability, out var wait))
        {
            waits[availability] = wait = asked.WaitFor(availability);
        }

        latest = (availability, wait);
        return wait;
    }

    /// <summary>What the next team of a run brings, by the lists of the further skills. Which domains it has is not looked up: at best, that of
    /// whatever it does not bring.</summary>
    private Proof AtBest(bool licensed, int at)
    {
        var (brings, lacking) = (0u, 0);
        for (var number = 0; number < further.Length; number++)
        {
            var wanted = further[number];
            var has = beside[number].GoTo(at) && beside[number].Level >= wanted.MinLevel;
            has = has && (!wanted.NeedsLicence || beside[number].LicensedUntil >= firstDay);
            brings |= has ? 1u << number : 0;
            lacking += has ? 0 : 1;
        }

        return new Proof(licensed, brings, lacking);
    }

    private Proof ProofOf(TeamBlock block, int at)
    {
        var (licensed, brings, sameDomain) = (!mainNeedsLicence, 0u, 0);
        var skills = block.SkillsAt(at);
        if (mainNeedsLicence)
        {
            foreach (var skill in skills)
            {
                licensed |= skill.Number == main && IsLicensed(block, at, skill);
            }
        }

        for (var number = 0; number < further.Length; number++)
        {
            var wanted = further[number];
            var (has, hasDomain) = (false, false);
            foreach (var skill in skills)
            {
                has |=
                    skill.Number == wanted.Number
                    && skill.Level >= wanted.MinLevel
                    && (!wanted.NeedsLicence || IsLicensed(block, at, skill));
                hasDomain |= index.Numbers.ShareDomain(skill.Number, wanted.Domain);
            }

            brings |= has ? 1u << number : 0;
            sameDomain += !has && hasDomain ? 1 : 0;
        }

        return new Proof(licensed, brings, sameDomain);
    }

    private bool IsWhole(TeamBlock block, int at, Tier tier)
    {
        if (Proven(block, at, main) is not { Level: > 0 } proven)
        {
            return false;
        }

        var facts = Facts(block, Posting.Of(at, proven.Level), tier);
        return asked.BringsAll(facts) && Eligibility.Check(asked, facts, tier) is null;
    }

    private bool IsElectrician(TeamBlock block, int at)
    {
        foreach (var skill in block.SkillsAt(at))
        {
            if (index.Numbers.IsElectrical(skill.Number) && IsLicensed(block, at, skill))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsLicensed(TeamBlock block, int at, PackedSkill skill) => block.LicensedUntil(at, skill) >= firstDay;

    private static PackedSkill Proven(TeamBlock block, int at, int number)
    {
        foreach (var skill in block.SkillsAt(at))
        {
            if (skill.Number == number)
            {
                return skill;
            }
        }

        return default;
    }

    /// <summary>The points of a way no longer than the shortest there can be: straight through the earth, or by the best entry of the table of
    /// travel times. A team with several bases may start next door.</summary>
    private int PointsOfShortest(in Standing standing)
    {
        if (!asked.Travels)
        {
            return 0;
        }

        if (standing.Has(Traits.SeveralBases))
        {
            return Score.PointsOf(asked, default(Journey));
        }

        // Minutes are rounded to tenths.
        var minutes = Math.Min(TravelTimes.MinutesFor(standing.Base.LeastKmTo(place)), leastKnown) - 0.05;
        return Score.PointsOf(asked, new Journey(0, Math.Max(0, minutes)));
    }

    private Journey Way(TeamBlock block, int at, in Standing standing)
    {
        var soonest = From(block.BaseAt(at));
        if (standing.Has(Traits.SeveralBases))
        {
            foreach (var start in block.FurtherBasesAt(at))
            {
                var journey = From(start);
                soonest = journey.IsSoonerThan(soonest) ? journey : soonest;
            }
        }

        return soonest;

        Journey From(TeamBase start) =>
            TravelTimes.Between(
                start.Point,
                asked.Need.Point,
                known is not null && start.County >= 0 && known.TryGetValue(asked.Rules.Regions.All[start.County].Code, out var minutes)
                    ? minutes
                    : null
            );
    }

    /// <summary>The runs of teams with the skill whose home this tier opens and none opened before.</summary>
    private List<Run> Runs(int skill, Tier tier)
    {
        var area = asked.Scope.Area(tier);
        List<Run> runs = [];
        foreach (var home in index.HomesIn(area))
        {
            if (opened is not { } before)
            {
                Add(home, area);
                continue;
            }

            var inner = asked.Scope.Area(before);
            Add(home, area with { End = inner.Start });
            Add(home, area with { Start = inner.End });
        }

        return runs;

        void Add(TeamBlock home, RegionSpan span)
        {
            var (from, length) = home.RunOf(skill, span);
            if (length > 0)
            {
                runs.Add(new Run(home, skill, from, length));
            }
        }
    }

    /// <summary>Teams with the skill that this tier opens because of what they serve, none opened before doing so; without those whose home
    /// it opens, and without the team asked for by name.</summary>
    private List<Posting> Served(int skill, Tier tier)
    {
        if (index.Serving.Count == 0)
        {
            return [];
        }

        var area = asked.Scope.Area(tier);
        List<Posting> served = [];
        foreach (var (region, opens) in around)
        {
            if (opens > tier)
            {
                continue;
            }

            foreach (var (_, posting) in index.Serving.Serving(skill, region))
            {
                if (
                    !area.Holds(index.Serving.RegionAt(posting.At))
                    && !servedHere.ContainsKey(index.Serving.IdAt(posting.At))
                    && !Has(MarksOf(index.Serving, posting.At), Marks.Named)
                    && Serves(region, posting.At)
                )
                {
                    served.Add(posting);
                }
            }
        }

        return served;
    }

    // A cell of the map is only touched by the radius: the distance decides.
    private bool Serves(int area, int at)
    {
        if (area < asked.Rules.Regions.All.Count)
        {
            return true;
        }

        var radius = index.Serving.ServiceAt(at)!.RadiusKm!.Value;
        return asked.Scope.IsWithin(radius, index.Serving.BaseAt(at).Point)
            || index.Serving.FurtherBasesAt(at).Any(start => asked.Scope.IsWithin(radius, start.Point));
    }

    private (TeamBlock Block, int At, Tier Opens)? Mark()
    {
        var need = asked.Need;
        if (need is { PreferredTeamId: null, ExcludedTeams.Count: 0, ConflictTeams.Count: 0, EndedWith.Count: 0, ServedBefore.Count: 0 })
        {
            return null;
        }

        var marks = new Dictionary<Guid, Marks>();
        Add(need.ExcludedTeams, Marks.Conflict);
        Add(need.ConflictTeams, Marks.Conflict);
        Add(need.EndedWith, Marks.Ended);
        Add(need.ServedBefore, Marks.ServedBefore);
        Add(need.PreferredTeamId is { } preferred ? [preferred] : [], Marks.Named);
        (TeamBlock, int, Tier)? found = null;
        foreach (var (id, mark) in marks)
        {
            foreach (var home in index.Homes)
            {
                if (home.Find(id) is not (>= 0 and var at))
                {
                    continue;
                }

                MarksIn(home).Add((at, mark));
                if (Has(mark, Marks.Named))
                {
                    found = (home, at, asked.Opens(home.TeamAt(at)));
                }

                if (home.StandingAt(at).Has(Traits.Serves))
                {
                    MarksIn(index.Serving).Add((index.Serving.Find(id), mark));
                }

                break;
            }
        }

        return found;

        void Add(IEnumerable<Guid> ids, Marks mark)
        {
            foreach (var id in ids)
            {
                marks[id] = marks.GetValueOrDefault(id) | mark;
            }
        }

        List<(int, Marks)> MarksIn(TeamBlock block)
        {
            if (!marked.TryGetValue(block, out var here))
            {
                marked[block] = here = [];
            }

            return here;
        }
    }

    // A request has few marked teams: looking through them is quicker than any table.
    private Marks MarksOf(TeamBlock block, int at)
    {
        return marked.Count > 0 && marked.TryGetValue(block, out var here) ? MarksAmong(here, at) : Marks.None;
    }

    private static Marks MarksAmong(List<(int At, Marks Marks)> here, int at)
    {
        foreach (var (place, marks) in here)
        {
            if (place == at)
            {
                return marks;
            }
        }

        return Marks.None;
    }

    private static bool Has(Marks marks, Marks mark) => (marks & mark) != Marks.None;

    private int NumberOf(string? code) => code is not null && index.Numbers.Find(code) is { } number ? number : -1;

    /// <summary>A wanted skill beside the main one.</summary>
    private sealed record Further(int Number, int MinLevel, bool NeedsLicence, int? Domain);

    /// <summary>What a team has proven of what is wanted.</summary>
    /// <param name="Licensed">For the main skill, where it takes a licence.</param>
    /// <param name="Brings">Which of the further skills: bit 0 the first of them.</param>
    /// <param name="SameDomain">Of how many others it has the domain.</param>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Proof(bool Licensed, uint Brings, int SameDomain);

    /// <summary>Teams of a block that have a skill, next to one another.</summary>
    private readonly record struct Run(TeamBlock Block, int Skill, int From, int Length)
    {
        public ReadOnlySpan<Posting> Postings => Block.Having(Skill).Slice(From, Length);
    }

    /// <summary>What the request says of a single team.</summary>
    [Flags]
    private enum Marks
    {
        None = 0,
        Conflict = 1,
        Ended = 2,
        ServedBefore = 4,
        Named = 8,
    }
}

/// <summary>The teams refused for one reason: how many, and the lowest of their ids.</summary>
internal sealed class Refusals
{
    private const int MostIds = 20;

    private readonly List<Guid> ids = [];

    public int Count { get; private set; }

    /// <summary>The lowest ids, in order, so many at most.</summary>
    public IReadOnlyList<Guid> Ids => ids;

    public void Add(Guid id)
    {
        Count++;
        if (ids.Count == MostIds && id.CompareTo(ids[^1]) > 0)
        {
            return;
        }

        var at = ids.BinarySearch(id);
        ids.Insert(at < 0 ? ~at : at, id);
        if (ids.Count > MostIds)
        {
            ids.RemoveAt(MostIds);
        }
    }
}
