using System.Collections.Immutable;
using Dispatch.Domain.Calendar;
using Dispatch.Domain.Geography;
using Dispatch.Domain.Requests;
using Dispatch.Domain.Skills;
using Dispatch.Domain.Teams;
using Dispatch.Domain.Visits;

namespace Dispatch.Domain.Matching;

/// <summary>What matching goes by: the regions, the skill list by code, the weights and the travel times.</summary>
public sealed record MatchRules(RegionTree Regions, IReadOnlyDictionary<string, Skill> Skills, Weights Weights, TravelTimes TravelTimes);

/// <summary>A need read against the rules at one moment: all that is the same for every team, worked out once.</summary>
public sealed class Situation
{
    public Situation(Need need, MatchRules rules, DateTimeOffset now)
        : this(need, rules, now, Counted(need.Skills)) { }

    private Situation(Need need, MatchRules rules, DateTimeOffset now, IReadOnlyList<WantedSkill> skills)
    {
        if (rules.Weights.Fault is { } fault)
        {
            throw new ArgumentException($"Weights {rules.Weights.Version} cannot be used: {fault}.", nameof(rules));
        }

        Need = need;
        Rules = rules;
        Now = now;
        Today = ShanghaiTime.DayOf(now);
        Skills = skills;
        Main = skills.Count > 0 ? skills[0] : null;
        Further = Math.Max(0, skills.Count - 1);
        Windows =
        [
            .. need
                .Wanted.Where(window => window.End > now && window.End > window.Start)
                .Select(window => window with { Start = window.Start < now ? now : window.Start })
                .OrderBy(window => window.Start),
        ];
        FirstDay = Windows.Count > 0 ? ShanghaiTime.DayOf(Windows[0].Start) : Today;
        Scope = new Scope(rules.Regions, need.RegionCode, need.Point);
        Lowest = need.Tier < Tier.County ? Tier.County : need.Tier;
        Highest =
            need.CountryOpened || Lowest == Tier.Country || need.Form is VisitForm.Remote or VisitForm.Lecture or VisitForm.Consultation
                ? Tier.Country
                : Tier.Province;
        Weights = [.. rules.Weights.Scaled(Travels)];
    }

    public Need Need { get; }
    public MatchRules Rules { get; }
    public DateTimeOffset Now { get; }

    /// <summary>The day in Shanghai.</summary>
    public DateOnly Today { get; }

    /// <summary>The skills that count, each once, the main one first.</summary>
    public IReadOnlyList<WantedSkill> Skills { get; }

    /// <summary>Without it a team is refused; none when the request still waits for triage.</summary>
    public WantedSkill? Main { get; }

    /// <summary>How many skills count beside the main one.</summary>
    public int Further { get; }

    /// <summary>What is left of the wanted windows, by start.</summary>
    public IReadOnlyList<TimeWindow> Windows { get; }

    /// <summary>The first day on which the work could be done: of the first window, else today.</summary>
    public DateOnly FirstDay { get; }

    public Scope Scope { get; }

    /// <summary>The tier to begin with, county at least.</summary>
    public Tier Lowest { get; }

    /// <summary>The last tier that opens by itself: the province; the country for help given from afar or when an officer opened it.</summary>
    public Tier Highest { get; }

    /// <summary>The weight of each part in thousandths of a point, in the order of <see cref="PartName"/>.</summary>
    public ImmutableArray<int> Weights { get; }

    public bool IsEmergency => Need.Urgency == Urgency.Emergency;

    /// <summary>Whether the way counts: for help on the spot and for training, which gathers people there, but not for help given from afar
    /// or agreed on beforehand.</summary>
    public bool Travels => Need.Form is VisitForm.OnSite or VisitForm.Training;

    /// <summary>The lowest tier that opens the team. A team asked for by name is open from the start if its city is the request's own.</summary>
    public Tier Opens(Team team)
    {
        var opens = Scope.Opens(team);
        return team.Id == Need.PreferredTeamId && opens <= Tier.City ? Tier.County : opens;
    }

    /// <summary>Whether the team has the skill at the level asked for and, for work by hand that the law reserves, the licence in force.</summary>
    public bool Brings(Team team, WantedSkill wanted) =>
        team.Skills.TryGetValue(wanted.Code, out var proven) && proven.Level >= wanted.MinLevel && IsLicensed(proven);

    /// <summary>Whether the team may do this by hand on the first day; always, where the skill needs no licence or no hand is laid on.</summary>
    public bool IsLicensed(TeamSkill proven) => !NeedsLicence(proven.Code) || proven.LicensedUntil >= FirstDay;

    /// <summary>Whether the work is done by hand and the law reserves it to licence holders.</summary>
    public bool NeedsLicence(string skillCode) =>
        Need.Form is VisitForm.OnSite && Rules.Skills.TryGetValue(skillCode, out var skill) && skill.Licence is not null;

    /// <summary>Whether, whatever the main skill, only a team with an electrical licence may go.</summary>
    public bool NeedsElectrician => Need is { NeedsElectrician: true, Form: VisitForm.OnSite };

    /// <summary>Whether the team may work on live current by hand on the first day.</summary>
    public bool IsElectrician(Team team) =>
        team.Skills.Values.Any(proven =>
            Rules.Skills.TryGetValue(proven.Code, out var skill) && skill.Licence == Licence.Electrical && proven.LicensedUntil >= FirstDay
        );

    /// <summary>Days from the first day on which the work could be done to the first one that these hours leave free; none: not free.</summary>
    public int? WaitFor(Availability availability) => FreeDay.Of(this, availability) is { } day ? day.DayNumber - FirstDay.DayNumber : null;

    /// <summary>Whether a team rests from a service that ended then.</summary>
    public bool IsResting(DateTimeOffset? lastServiceAt) => Now - lastServiceAt < Score.RestAfterService;

    /// <summary>Whether a team with these facts brings every skill that counts; where groups are asked for, whether it alone fills each.</summary>
    public bool BringsAll(in TeamFacts facts) =>
        Main is { } main
        && facts.Level >= main.MinLevel
        && !facts.LicenceMissing
        && (Need.Requirements.Count == 0 ? facts.Brought == Further : FillsEveryGroup(facts.Brings));

    /// <summary>Whether the team brings every skill that counts; where groups are asked for, whether it alone fills each of them.</summary>
    public bool BringsAll(Team team)
    {
        if (Need.Requirements.Count > 0)
        {
            return Need.Requirements.All(group => group.Teams == 1 && group.IsFilledBy(skill => Brings(team, skill)));
        }

        for (var at = 0; at < Skills.Count; at++)
        {
            if (!Brings(team, Skills[at]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The same situation asking for some of the skills only, as a supporting team is asked.</summary>
    public Situation For(IReadOnlyList<WantedSkill> skills) => new(Need, Rules, Now, skills);

    private bool FillsEveryGroup(uint brings)
    {
        return Need.Requirements.All(group => group.Teams == 1 && group.IsFilledBy(IsBrought));

        bool IsBrought(WantedSkill skill)
        {
            for (var at = 1; at < Skills.Count; at++)
            {
                if (Skills[at].Code == skill.Code)
                {
                    return (brings & (1u << (at - 1))) != 0;
                }
            }

            return Main!.Code == skill.Code;
        }
    }

    private static WantedSkill[] Counted(IReadOnlyList<WantedSkill> skills) =>
        [.. skills.Where(skill => skill.Counts).DistinctBy(skill => skill.Code)];
}
