using Dispatch.Api.Features.Requests;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using MediatR;

namespace Dispatch.Api.Features.Dispatching;

/// <summary>The ranking for a request as things stand, and why everybody else is not in it.</summary>
/// <param name="Explained">Teams to explain whatever their place: why not these?</param>
internal sealed record ShowMatches(Guid RequestId, int Limit, IReadOnlyList<Guid> Explained) : IRequest<MatchView>, IBeyondRegion;

internal static class ShowMatchesEndpoint
{
    private const int DefaultLimit = 10;
    private const int HighestLimit = 100;
    private const int MostExplained = 20;

    public static void MapShowMatches(this IEndpointRouteBuilder requests) =>
        requests
            .MapGet("/{requestId:guid}/matches", Get)
            .WithName(nameof(ShowMatches))
            .WithSummary("Rank the teams for a request, with the reason of every place and every refusal")
            .ShowsMany();

    private static Task<MatchView> Get(
        Guid requestId,
        int? limit,
        string? explain,
        string? teamIds,
        IMediator mediator,
        CancellationToken ct
    )
    {
        if (limit is < 1 or > HighestLimit)
        {
            throw QueryNames.Wrong(
                "limit",
                "out_of_range",
                $"limit 须在 1 到 {HighestLimit} 之间。",
                $"limit must be between 1 and {HighestLimit}."
            );
        }

        return mediator.Send(new ShowMatches(requestId, limit ?? DefaultLimit, Explained(explain, teamIds)), ct);
    }

    // explain=full with the teams it is about; explain=top, the default, names none.
    private static IReadOnlyList<Guid> Explained(string? explain, string? teamIds)
    {
        if (explain is not (null or "top" or "full"))
        {
            throw QueryNames.Wrong("explain", "out_of_range", "explain 只能是 top 或 full。", "explain is top or full.");
        }

        List<Guid> teams = [];
        foreach (var word in teamIds?.Split(',') ?? [])
        {
            if (!Guid.TryParse(word, out var team))
            {
                throw QueryNames.Wrong(
                    "teamIds",
                    "wrong_type",
                    "teamIds 是以逗号分隔的队伍编号。",
                    "teamIds are ids of teams, separated by commas."
                );
            }

            teams.Add(team);
        }

        return (explain == "full" ? teams.Count is > 0 and <= MostExplained : teams.Count == 0)
            ? teams
            : throw QueryNames.Wrong(
                "teamIds",
                "out_of_range",
                $"explain=full 说明 teamIds 所列的队伍，请给出 1 到 {MostExplained} 个；不带 explain=full 时不要给出 teamIds。",
                $"explain=full explains the teams named by teamIds: give 1 to {MostExplained} of them, and none without explain=full."
            );
    }
}

internal sealed class ShowMatchesHandler(Caller caller, RequestStore requests, Matching matching) : IRequestHandler<ShowMatches, MatchView>
{
    public async Task<MatchView> Handle(ShowMatches query, CancellationToken cancellationToken)
    {
        var request = await requests.Find(query.RequestId);
        // The distances of many teams would tell the place.
        if (!caller.ReadsHeld(request))
        {
            RequestStore.RefuseHeld(request);
        }

        var match = await matching.Of(request, most: query.Limit);
        return MatchView.Of(match) with { Explained = await matching.Explain(request, match, query.Explained) };
    }
}
