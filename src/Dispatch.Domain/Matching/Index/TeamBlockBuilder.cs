using System.Collections.Frozen;
using System.Text;
using Dispatch.Domain.Geography;
using Dispatch.Domain.Teams;

namespace Dispatch.Domain.Matching.Index;

/// <summary>Takes teams in any order and puts them into columns.</summary>
/// <param name="regions">The order of the teams.</param>
/// <param name="numbers">Shared by all blocks.</param>
/// <param name="texts">Shared by all blocks: names that teams share are kept once.</param>
/// <param name="serving">Whether what the teams serve beyond their home can be looked up.</param>
internal sealed class TeamBlockBuilder(RegionTree regions, SkillNumbers numbers, Dictionary<string, string> texts, bool serving)
{
    private readonly List<Guid> ids = [];
    private readonly List<(int Region, string Code)> homes = [];
    private readonly List<byte> kinds = [];
    private readonly List<byte> tiers = [];
    private readonly List<byte> names = [];
    private readonly List<int> nameEnds = [];
    private readonly List<int> hosts = [];
    private readonly List<GeoPoint> bases = [];
    private readonly List<int> baseCounties = [];
    private readonly Dictionary<int, TeamBase[]> furtherBases = [];
    private readonly Dictionary<int, Service> services = [];
    private readonly List<int> skillEnds = [];
    private readonly List<PackedSkill> skills = [];
    private readonly List<DateOnly?> licences = [];
    private readonly List<Standing> standings = [];
    private readonly Dictionary<string, int> hostNames = new(StringComparer.Ordinal);
    private readonly HashSet<Availability> rhythms = [];

    public void Add(Team team, in TeamLoad load)
    {
        var at = ids.Count;
        ids.Add(team.Id);
        homes.Add((regions.SpanOf(team.RegionCode).Start, Shared(team.RegionCode)));
        kinds.Add((byte)team.Kind);
        tiers.Add((byte)team.Tier);
        names.AddRange(Encoding.UTF8.GetBytes(team.Name));
        nameEnds.Add(names.Count);
        hosts.Add(team.HostOrganisation is { } host ? NumberOf(host) : -1);
        bases.Add(team.Bases[0]);
        baseCounties.Add(BaseOf(team, team.Bases[0]).County);
        if (team.Bases.Count > 1)
        {
            furtherBases[at] = [.. team.Bases.Skip(1).Select(point => BaseOf(team, point))];
        }

        if (Standing.Serves(team))
        {
            services[at] = new Service([.. team.Serves.Select(code => Shared(code))], team.RadiusKm);
        }

        foreach (var skill in team.Skills.Values)
        {
            skills.Add(PackedSkill.Of(numbers.Of(skill.Code), skill.Level, skill.LicensedUntil is not null));
            licences.Add(skill.LicensedUntil);
        }

        skillEnds.Add(skills.Count);
        standings.Add(Standing.Of(team with { Availability = Shared(team.Availability) }, load));
    }

    public TeamBlock Build()
    {
        var order = Enumerable.Range(0, ids.Count).ToArray();
        Array.Sort(order, InRegionOrder);
        var (regionRuns, regionCodes, regionStarts) = Runs(order);
        var (orderedNames, orderedEnds) = Names(order);
        var (skillStarts, orderedSkills, until) = Skills(order);
        var (postingStarts, postings) = Postings(skillStarts, orderedSkills);
        var (licenceStarts, licenceDays) = Licences(postingStarts, orderedSkills, until);
        var (servedStarts, served) = serving ? Served(order, skillStarts, orderedSkills) : ([0], []);
        var placeOf = new int[order.Length];
        for (var at = 0; at < order.Length; at++)
        {
            placeOf[order[at]] = at;
        }

        var orderedIds = Ordered(ids, order);
        return new TeamBlock(
            new TeamColumns
            {
                Numbers = numbers,
                Ids = orderedIds,
                Places = new IdPlaces(orderedIds),
                Kinds = Ordered(kinds, order),
                Tiers = Ordered(tiers, order),
                Names = orderedNames,
                NameEnds = orderedEnds,
                Hosts = Ordered(hosts, order),
                HostNames = [.. hostNames.Keys],
                Regions = regionRuns,
                RegionCodes = regionCodes,
                RegionStarts = regionStarts,
                Bases = Ordered(bases, order),
                BaseCounties = Ordered(baseCounties, order),
                FurtherBases = furtherBases.ToFrozenDictionary(entry => placeOf[entry.Key], entry => entry.Value),
                Services = services.ToFrozenDictionary(entry => placeOf[entry.Key], entry => entry.Value),
                SkillStarts = skillStarts,
                Skills = orderedSkills,
                PostingStarts = postingStarts,
                Postings = postings,
                LicenceStarts = licenceStarts,
                LicenceDays = licenceDays,
                ServedStarts = servedStarts,
                Served = served,
            },
            Ordered(standings, order)
        );
    }

    private TeamBase BaseOf(Team team, GeoPoint point) => new(point, regions.SpanOf(TravelTimes.CountyOf(team, point, regions)).Start);

    private int InRegionOrder(int one, int other)
    {
        var byRegion = homes[one].Region.CompareTo(homes[other].Region);
        // A former code leads to the same region and stays as it was entered.
        var byCode = byRegion != 0 ? byRegion : string.CompareOrdinal(homes[one].Code, homes[other].Code);
        return byCode != 0 ? byCode : ids[one].CompareTo(ids[other]);
    }

    private (int[] Regions, string[] Codes, int[] Starts) Runs(int[] order)
    {
        List<int> runs = [];
        List<string> runCodes = [];
        List<int> starts = [];
        for (var at = 0; at < order.Length; at++)
        {
            var (region, code) = homes[order[at]];
            if (starts.Count == 0 || !ReferenceEquals(runCodes[^1], code))
            {
                runs.Add(region);
                runCodes.Add(code);
                starts.Add(at);
            }
        }

        return ([.. runs], [.. runCodes], [.. starts]);
    }

    private (byte[] Names, int[] Ends) Names(int[] order)
    {
        var ordered = new byte[names.Count];
        var ends = new int[order.Length];
        var all = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(names);
        var end = 0;
        for (var at = 0; at < order.Length; at++)
        {
            var from = order[at] == 0 ? 0 : nameEnds[order[at] - 1];
            var name = all[from..nameEnds[order[at]]];
            name.CopyTo(ordered.AsSpan(end));
            ends[at] = end += name.Length;
        }

        return (ordered, ends);
    }

    private (int[] Starts, PackedSkill[] Skills, int[] LicensedUntil) Skills(int[] order)
    {
        var ordered = new PackedSkill[skills.Count];
        var until = new int[skills.Count];
        var starts = new int[order.Length + 1];
        for (var at = 0; at < order.Length; at++)
        {
            var from = order[at] == 0 ? 0 : skillEnds[order[at] - 1];
            var length = skillEnds[order[at]] - from;
            skills.CopyTo(from, ordered, starts[at], length);
            starts[at + 1] = starts[at] + length;
            for (var skill = 0; skill < length; skill++)
            {
                until[starts[at] + skill] = licences[from + skill]?.DayNumber ?? 0;
            }
        }

        return (starts, ordered, until);
    }

    private (int[] Starts, Posting[] Postings) Postings(int[] skillStarts, PackedSkill[] ordered)
    {
        var starts = new int[numbers.Count + 1];
        foreach (var skill in ordered)
        {
            starts[skill.Number + 1]++;
        }

        for (var number = 0; number < starts.Length - 1; number++)
        {
            starts[number + 1] += starts[number];
        }

        var next = starts.ToArray();
        var postings = new Posting[ordered.Length];
        for (var at = 0; at < skillStarts.Length - 1; at++)
        {
            for (var skill = skillStarts[at]; skill < skillStarts[at + 1]; skill++)
            {
                postings[next[ordered[skill].Number]++] = Posting.Of(at, ordered[skill].Level);
            }
        }

        return (starts, postings);
    }

    // Where nobody who has a skill is licensed for it, no room is taken: most skills need no licence.
    private static (int[] Starts, int[] Days) Licences(int[] postingStarts, PackedSkill[] ordered, int[] until)
    {
        var starts = new int[postingStarts.Length - 1];
        Array.Fill(starts, -1);
        var room = 0;
        for (var slot = 0; slot < ordered.Length; slot++)
        {
            var number = ordered[slot].Number;
            if (until[slot] > 0 && starts[number] < 0)
            {
                starts[number] = room;
                room += postingStarts[number + 1] - postingStarts[number];
            }
        }

        var days = new int[room];
        var next = starts.ToArray();
        for (var slot = 0; slot < ordered.Length; slot++)
        {
            var number = ordered[slot].Number;
            if (starts[number] >= 0)
            {
                days[next[number]++] = until[slot];
            }
        }

        return (starts, days);
    }

    private (int[] Starts, ServedPosting[] Served) Served(int[] order, int[] skillStarts, PackedSkill[] ordered)
    {
        List<(int Skill, ServedPosting Served)> all = [];
        for (var at = 0; at < order.Length; at++)
        {
            var areas = AreasOf(order[at]);
            for (var skill = skillStarts[at]; skill < skillStarts[at + 1]; skill++)
            {
                var posting = Posting.Of(at, ordered[skill].Level);
                all.AddRange(areas.Select(area => (ordered[skill].Number, new ServedPosting(area, posting))));
            }
        }

        all.Sort((one, other) => Key(one).CompareTo(Key(other)));
        var starts = new int[numbers.Count + 1];
        foreach (var (skill, _) in all)
        {
            starts[skill + 1]++;
        }

        for (var number = 0; number < starts.Length - 1; number++)
        {
            starts[number + 1] += starts[number];
        }

        return (starts, [.. all.Select(entry => entry.Served)]);

        static (int, int, int) Key((int Skill, ServedPosting Served) entry) => (entry.Skill, entry.Served.Area, entry.Served.Posting.At);
    }

    private int[] AreasOf(int team)
    {
        if (!services.TryGetValue(team, out var service))
        {
            return [];
        }

        var served = service.Regions.Select(code => regions.SpanOf(code).Start).Where(area => area >= 0);
        if (service.RadiusKm is { } radius)
        {
            var points = furtherBases.GetValueOrDefault(team, []).Select(start => start.Point).Append(bases[team]);
            served = served.Concat(
                points.SelectMany(point => MapCells.Around(point, radius)).Select(cell => TeamIndex.AreaOf(regions, cell))
            );
        }

        return [.. served.Distinct()];
    }

    private static T[] Ordered<T>(List<T> column, int[] order)
    {
        var ordered = new T[order.Length];
        for (var at = 0; at < order.Length; at++)
        {
            ordered[at] = column[order[at]];
        }

        return ordered;
    }

    // In the order they were first met, which is the order of a dictionary that nothing is taken from.
    private int NumberOf(string host)
    {
        if (!hostNames.TryGetValue(host, out var number))
        {
            hostNames[Shared(host)] = number = hostNames.Count;
        }

        return number;
    }

    // Many teams keep the same hours; a search works out once when all of them are free.
    private Availability Shared(Availability availability)
    {
        if (rhythms.TryGetValue(availability, out var shared))
        {
            return shared;
        }

        rhythms.Add(availability);
        return availability;
    }

    private string Shared(string text)
    {
        if (!texts.TryGetValue(text, out var shared))
        {
            texts[text] = shared = text;
        }

        return shared;
    }
}
