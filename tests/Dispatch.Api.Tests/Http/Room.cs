using System.Text.Json.Nodes;

namespace Dispatch.Api.Tests.Http;

/// <summary>Room for as many accepted requests as the tests of a class need: capacity is not what they are about.</summary>
public static class Room
{
    public static async Task MakeRoom(this RunningService service, string teamCode = Given.Expert)
    {
        var path = $"/v1/teams/{RunningService.TeamId(teamCode)}";
        var team = await service.Officer().Read(path);
        var change = new JsonObject { ["capacity"] = 1000 };
        foreach (var member in new[] { "name", "kind", "regionCode", "size", "code", "hostOrganisation", "bases", "serves", "forms" })
        {
            change[member] = team[member]?.DeepClone();
        }

        await service.Officer().Put(path, change, "*").Must();
    }
}
