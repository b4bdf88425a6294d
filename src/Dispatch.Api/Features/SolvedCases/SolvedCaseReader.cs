using System.Globalization;
using Dispatch.Api.Features.Reference;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Features.Teams;
using Dispatch.Api.Storage;
using Dispatch.Domain.Calendar;
using Dispatch.Domain.Requests;
using Dispatch.Domain.Visits;

namespace Dispatch.Api.Features.SolvedCases;

internal sealed record SolvedSkillView(string Code, string Zh, string En);

internal sealed record SolvedProblemView(string Title, ResolutionResult Result);

/// <summary>
/// What worked elsewhere: a case that its requester confirmed as solved. Nothing of who asked; the place only as closely as at least three requesters share
/// it with this skill.
/// </summary>
/// <param name="Month">In which it was closed, such as 2026-06.</param>
/// <param name="RegionCode">Of the county, or of the city or province around it; null where it would point to somebody.</param>
/// <param name="Likeness">Of the texts, 0 to 1.</param>
internal sealed record SolvedCaseView(
    string Month,
    string? RegionCode,
    string? RegionName,
    IReadOnlyList<SolvedSkillView> Skills,
    VisitForm Form,
    int Visits,
    IReadOnlyList<SolvedProblemView> Problems,
    IReadOnlyList<string> Findings,
    string? Summary,
    Guid TeamId,
    string TeamName,
    double Likeness
);

/// <param name="Likeness">Of the whole texts, 0 to 1.</param>
internal sealed record RankedCase(RequestRow Row, double Likeness);

/// <summary>Reads the cases found and tells of them what others may know.</summary>
internal sealed class SolvedCaseReader(CaseIndex cases, Catalogue catalogue, Persons persons, MemberNames memberNames, TimeProvider clock)
{
    /// <summary>Shown at most.</summary>
    public const int Most = 3;

    // Some of what was found is reopened since, or was told otherwise than its sketch promised.
    private const int Looked = 8;

    /// <summary>A place that fewer requesters share with the skill would point to them.</summary>
    private const int LeastRequesters = 3;

    /// <param name="except">The request itself.</param>
    public async Task<IReadOnlyList<SolvedCaseView>> Like(Session db, string text, string skill, CasePlace place, Guid except)
    {
        var chosen = await Ranked(db, text, skill, place, except);
        return chosen.Count == 0 ? [] : await Views(db, chosen);
    }

    /// <summary>The cases that may be told, those of the skill first, then by likeness of the whole text.</summary>
    public async Task<IReadOnlyList<RankedCase>> Ranked(Session db, string text, string skill, CasePlace place, Guid except)
    {
        var found = cases.Like(text, skill, place, clock.GetUtcNow(), Looked);
        if (found.Count == 0)
        {
            return [];
        }

        var ids = found.Select(one => one.RequestId).Where(id => id != except).Distinct().ToList();
        // A statement that always asks for as many is prepared once; nobody has the empty id.
        var rows = await db.List<RequestRow>(
            $"select {RequestStore.Columns} from help_request where request_id in (@First, @Second, @Third, @Fourth, @Fifth, @Sixth, @Seventh, @Eighth)",
            new
            {
                First = At(0),
                Second = At(1),
                Third = At(2),
                Fourth = At(3),
                Fifth = At(4),
                Sixth = At(5),
                Seventh = At(6),
                Eighth = At(7),
            }
        );
        var likeness = catalogue.Delivered.Likeness.To(text);
        return
        [
            .. rows.Where(row => CaseIndex.MayBeTold(row, catalogue))
                .Select(row => new RankedCase(row, likeness(row.Text)))
                .OrderByDescending(one => one.Row.MainSkill == skill)
                .ThenByDescending(one => one.Likeness)
                .ThenByDescending(one => one.Row.ClosedAt)
                .ThenBy(one => one.Row.RequestId)
                .Take(Most),
        ];

        Guid At(int place) => place < ids.Count ? ids[place] : Guid.Empty;
    }

    private async Task<IReadOnlyList<SolvedCaseView>> Views(Session db, IReadOnlyList<RankedCase> chosen)
    {
        var args = new
        {
            First = chosen[0].Row.RequestId,
            Second = chosen.Count > 1 ? chosen[1].Row.RequestId : Guid.Empty,
            Third = chosen.Count > 2 ? chosen[2].Row.RequestId : Guid.Empty,
        };
        const string within = "in (@First, @Second, @Third)";
        var teams = (
            await db.List<TeamRow>(
                $"""
                select assignment.request_id, assignment.team_id, team.name from assignment join team on team.team_id = assignment.team_id
                where assignment.request_id {within} and assignment.role = 'lead' and assignment.ended_as = 'completed'
                order by assignment.ended_at desc
                """,
                args
            )
        ).ToLookup(row => row.RequestId);
        var visits = (
            await db.List<VisitRow>(
                $"select request_id, form, findings from visit where request_id {within} and state = 'completed' order by ended_at, visit_id",
                args
            )
        ).ToLookup(row => row.RequestId);
        var problems = (
            await db.List<ProblemRow>(
                $"""
                select problem.request_id, problem.title,
                    (select result from problem_result where problem_result.problem_id = problem.problem_id order by reported_at desc limit 1) as result
                from problem where problem.problem_id in (
                    select problem_result.problem_id from problem_result join visit on visit.visit_id = problem_result.visit_id where visit.request_id {within})
                order by problem.found_at, problem.problem_id
                """,
                args
            )
        ).ToLookup(row => row.RequestId);
        var skills = (
            await db.List<SkillRow>(
                $"select request_id, skill_code from request_skill where request_id {within} and (source = 'given' or confidence >= 0.6) order by position",
                args
            )
        ).ToLookup(row => row.RequestId, row => row.SkillCode);
        var members = (
            await db.List<MemberRow>(
                $"""
                select assignment.request_id, member.member_id, member.person from assignment join member on member.team_id = assignment.team_id
                where assignment.request_id {within}
                """,
                args
            )
        ).ToLookup(row => row.RequestId, row => memberNames.Open(row.MemberId, row.Person));
        return
        [
            .. chosen
                .Where(one => teams.Contains(one.Row.RequestId))
                .Select(one =>
                {
                    var (row, id) = (one.Row, one.Row.RequestId);
                    var names = members[id].Concat(persons.Of(row).Names).ToList();
                    var (code, name) = PlaceOf(row);
                    return new SolvedCaseView(
                        ShanghaiTime.DayOf(row.ClosedAt!.Value).ToString("yyyy-MM", CultureInfo.InvariantCulture),
                        code,
                        name,
                        [.. skills[id].Select(skill => new SolvedSkillView(skill, catalogue.Skills[skill].Zh, catalogue.Skills[skill].En))],
                        Words.To<VisitForm>(row.Form),
                        visits[id].Count(),
                        [
                            .. problems[id]
                                .Select(problem => new SolvedProblemView(
                                    PersonalData.MaskIn(problem.Title, names),
                                    Words.To<ResolutionResult>(problem.Result)
                                )),
                        ],
                        [
                            .. visits[id]
                                .Where(visit => visit.Findings is not null)
                                .Select(visit => PersonalData.MaskIn(visit.Findings!, names)),
                        ],
                        row.Summary is null ? null : PersonalData.MaskIn(row.Summary, names),
                        teams[id].First().TeamId,
                        teams[id].First().Name,
                        Math.Round(one.Likeness, 2)
                    );
                }),
        ];
    }

    private (string? Code, string? Name) PlaceOf(RequestRow row)
    {
        var skill = row.MainSkill!;
        var code =
            row.CountyCode is { } county && cases.AreAtLeast(LeastRequesters, skill, place => place.County == county) ? county
            : row.CityCode is { } city && cases.AreAtLeast(LeastRequesters, skill, place => place.City == city) ? city
            : row.ProvinceCode is { } province && cases.AreAtLeast(LeastRequesters, skill, place => place.Province == province) ? province
            : null;
        return (code, code is null ? null : catalogue.Regions.Find(code)!.Name);
    }

    private sealed record TeamRow
    {
        public Guid RequestId { get; init; }
        public Guid TeamId { get; init; }
        public string Name { get; init; } = "";
    }

    private sealed record VisitRow
    {
        public Guid RequestId { get; init; }
        public string? Findings { get; init; }
    }

    private sealed record ProblemRow
    {
        public Guid RequestId { get; init; }
        public string Title { get; init; } = "";
        public string Result { get; init; } = "";
    }

    private sealed record SkillRow
    {
        public Guid RequestId { get; init; }
        public string SkillCode { get; init; } = "";
    }

    private sealed record MemberRow
    {
        public Guid RequestId { get; init; }
        public Guid MemberId { get; init; }
        public string Person { get; init; } = "";
    }
}
