using System.Text.Json;

namespace Dispatch.Api.Http.Access;

/// <summary>In Development only: users to try the service with, their tokens in <c>demo-tokens.json</c> of the data folder.</summary>
internal static class DemoUsers
{
    public const string FileName = "demo-tokens.json";

    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    public static string Write(TokenKey key, string dataFolder, Guid leaderTeam, IEnumerable<(string Code, Guid Id)> teams)
    {
        var tokens = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["officer"] = key.Issue(new Caller("demo-officer", Role.Officer), Lifetime),
            ["leader"] = key.Issue(new Caller("demo-leader", Role.Leader, TeamId: leaderTeam), Lifetime),
            ["requester"] = key.Issue(new Caller("demo-requester", Role.Requester), Lifetime),
            ["partner"] = key.Issue(new Caller("demo-partner", Role.Partner) { Scopes = Enum.GetValues<Scope>() }, Lifetime),
            ["admin"] = key.Issue(new Caller("demo-admin", Role.Admin), Lifetime),
            ["auditor"] = key.Issue(new Caller("demo-auditor", Role.Auditor), Lifetime),
            ["leaders"] = teams.ToDictionary(
                team => team.Code,
                team => key.Issue(new Caller("demo-leader-" + team.Code, Role.Leader, TeamId: team.Id), Lifetime)
            ),
        };
        var path = Path.Combine(dataFolder, FileName);
        OwnerOnly.Write(path, JsonSerializer.Serialize(tokens, JsonShape.Options));
        return path;
    }
}
