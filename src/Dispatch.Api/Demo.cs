using System.Text.Json;
using Dispatch.Api.Features.Reference;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using MediatR;

namespace Dispatch.Api;

/// <summary>In Development: demo requests, demo users, and what to try, printed.</summary>
internal static class Demo
{
    /// <summary>Returns where the tokens lie.</summary>
    public static async Task<string> Prepare(WebApplication app, string dataFolder, string leaderTeam)
    {
        if (app.Configuration.GetValue("Dispatch:DemoRequests", true))
        {
            await LoadRequests(app);
        }

        await using var scope = app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Session>();
        var teams = await db.List<CodeRow>("select code, team_id from team where code is not null order by code");
        return DemoUsers.Write(
            app.Services.GetRequiredService<TokenKey>(),
            dataFolder,
            SeedFiles.IdOf(leaderTeam),
            teams.Select(team => (team.Code, team.TeamId))
        );
    }

    private static async Task LoadRequests(WebApplication app)
    {
        var requests = JsonSerializer.Deserialize<List<SubmitRequest>>(
            await File.ReadAllTextAsync(Path.Combine(Service.Seeds(app.Configuration), "requests.json")),
            JsonShape.Options
        )!;
        foreach (var request in requests)
        {
            // The external number makes loading repeatable: a restart adds nothing.
            await using var scope = app.Services.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request);
        }
    }

    public static void Print(WebApplication app, string tokens)
    {
        foreach (var url in app.Urls)
        {
            Console.WriteLine($"Dispatch listens on {url}");
            Console.WriteLine($"  {url}/docs               try every operation in the browser");
            Console.WriteLine($"  {url}/openapi/v1.json    the contract");
            Console.WriteLine($"  {url}/health/ready       readiness");
        }

        Console.WriteLine($"  demo tokens               {tokens}");
        Console.WriteLine("Try: the walk in README.md, or list the open requests as the demo officer:");
        Console.WriteLine(
            $"  curl -H \"Authorization: Bearer $(sed 's/.*\"officer\":\"\\([^\"]*\\)\".*/\\1/' {tokens})\" {app.Urls.First()}/v1/requests?state=open"
        );
    }

    private sealed record CodeRow
    {
        public string Code { get; init; } = "";
        public Guid TeamId { get; init; }
    }
}
