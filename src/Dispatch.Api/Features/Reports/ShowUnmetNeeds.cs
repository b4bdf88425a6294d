using System.Globalization;
using Dispatch.Api.Features.Reference;
using Dispatch.Api.Generating;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Domain.Calendar;
using MediatR;

namespace Dispatch.Api.Features.Reports;

/// <summary>What was asked in a period and a region and nobody had the skill for: given up as unmet, or waiting where nobody could be asked.</summary>
internal sealed record ShowUnmetNeeds(DateOnly From, DateOnly To, string? Region) : IRequest<UnmetNeedsView>;

/// <summary>One skill, asked in one place in one month.</summary>
/// <param name="Region">Of the children of the region asked for.</param>
/// <param name="Month">In which it was asked.</param>
/// <param name="Unmet">Given up.</param>
/// <param name="Waiting">Nobody has been asked, and a person is to decide.</param>
/// <param name="Teams">How many teams of the region asked for have the skill today.</param>
/// <param name="Requests">Where they are read, the oldest first, fifty at most.</param>
internal sealed record UnmetNeedView(
    string Skill,
    Text SkillName,
    string Region,
    string RegionName,
    string Month,
    int Unmet,
    int Waiting,
    long Teams,
    IReadOnlyList<string> Requests
);

/// <param name="Synthetic">Null: these are real records.</param>
internal sealed record UnmetNeedsView(
    PeriodView Period,
    string? Region,
    int Unmet,
    int Waiting,
    IReadOnlyList<UnmetNeedView> Needs,
    SyntheticView? Synthetic
);

internal static class ShowUnmetNeedsEndpoint
{
    public static void MapShowUnmetNeeds(this IEndpointRouteBuilder reports) =>
        reports
            .MapGet("/unmet-needs", Get)
            .WithName(nameof(ShowUnmetNeeds))
            .WithSummary("Read what was asked and nobody had the skill for")
            .ShowsMany();

    private static Task<UnmetNeedsView> Get(
        IMediator mediator,
        ReportQueries queries,
        CancellationToken ct,
        DateOnly? from = null,
        DateOnly? to = null,
        string? region = null
    ) => mediator.Send(queries.UnmetNeeds(from, to, region), ct);
}

internal sealed class ShowUnmetNeedsHandler(Session db, Catalogue catalogue) : IRequestHandler<ShowUnmetNeeds, UnmetNeedsView>
{
    private const int MostRequests = 50;

    public async Task<UnmetNeedsView> Handle(ShowUnmetNeeds query, CancellationToken cancellationToken)
    {
        var rows = await Read(query);
        var teams = await Teams(query.Region);
        return new UnmetNeedsView(
            new PeriodView(query.From, query.To),
            query.Region,
            rows.Count(row => row.IsUnmet),
            rows.Count(row => !row.IsUnmet),
            [
                .. rows.GroupBy(row => (row.MainSkill, Region: ChildOf(query.Region, row.RegionCode), row.Month))
                    .OrderByDescending(group => group.Count())
                    .ThenBy(group => group.Key.MainSkill, StringComparer.Ordinal)
                    .ThenBy(group => group.Key.Region, StringComparer.Ordinal)
                    .ThenBy(group => group.Key.Month, StringComparer.Ordinal)
                    .Select(group => new UnmetNeedView(
                        group.Key.MainSkill,
                        new Text(catalogue.Skills[group.Key.MainSkill].Zh, catalogue.Skills[group.Key.MainSkill].En),
                        group.Key.Region,
                        catalogue.Regions.Find(group.Key.Region)!.Name,
                        group.Key.Month,
                        group.Count(row => row.IsUnmet),
                        group.Count(row => !row.IsUnmet),
                        teams.GetValueOrDefault(group.Key.MainSkill),
                        [.. group.Take(MostRequests).Select(row => $"/v1/requests/{row.RequestId}")]
                    )),
            ],
            await SyntheticYear.Of(db)
        );
    }

    private Task<IReadOnlyList<NeedRow>> Read(ShowUnmetNeeds query)
    {
        var args = new Arguments(
            new { from = ShanghaiTime.At(query.From, TimeOnly.MinValue), to = ShanghaiTime.At(query.To.AddDays(1), TimeOnly.MinValue) }
        );
        return db.List<NeedRow>(
            $"""
            select help_request.request_id, help_request.created_at, help_request.region_code, help_request.main_skill, help_request.cancel_reason
            from help_request
            where help_request.created_at >= @from and help_request.created_at < @to{In("help_request", query.Region, args)}
              and help_request.main_skill is not null
              and (help_request.cancel_reason = 'unmet'
                   or (help_request.state = 'open' and help_request.queue = 'arbitration'
                       and not exists (select 1 from offer where offer.request_id = help_request.request_id and offer.asked)))
            order by help_request.created_at, help_request.request_id
            """,
            args
        );
    }

    private async Task<Dictionary<string, long>> Teams(string? region)
    {
        var args = new Arguments();
        var rows = await db.List<SkillRow>(
            $"""
            select team_skill.skill_code, count(*) as teams from team_skill join team on team.team_id = team_skill.team_id
            where not team.suspended{In("team", region, args)}
            group by team_skill.skill_code
            """,
            args
        );
        return rows.ToDictionary(row => row.SkillCode, row => row.Teams, StringComparer.Ordinal);
    }

    private string In(string table, string? region, Arguments args)
    {
        if (region is null)
        {
            return "";
        }

        args.Add("region", region);
        return " and " + RegionScope.Sql(table, "@region", catalogue.Regions.Find(region));
    }

    // A place of the region itself, below none of its children, stands under the region.
    private string ChildOf(string? region, string place) =>
        catalogue.Regions.Ancestors(place).FirstOrDefault(ancestor => ancestor.ParentCode == region)?.Code ?? region ?? place;

    private sealed record NeedRow
    {
        public Guid RequestId { get; init; }
        public DateTimeOffset CreatedAt { get; init; }
        public string RegionCode { get; init; } = "";
        public string MainSkill { get; init; } = "";
        public string? CancelReason { get; init; }

        public bool IsUnmet => CancelReason is not null;

        public string Month => ShanghaiTime.ToLocal(CreatedAt).ToString("yyyy-MM", CultureInfo.InvariantCulture);
    }

    private sealed record SkillRow
    {
        public string SkillCode { get; init; } = "";
        public long Teams { get; init; }
    }
}
