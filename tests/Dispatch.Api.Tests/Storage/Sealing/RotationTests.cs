using System.Net;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Sealing;
using Dispatch.Api.Tests.Features;
using Dispatch.Api.Tests.Storage.Auditing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Dispatch.Api.Tests.Storage.Sealing;

/// <summary>Keys change while the service works, and nothing is lost by it.</summary>
public sealed class RotationTests(RunningService service) : IClassFixture<RunningService>
{
    private DataKeys Keys => service.Services.GetRequiredService<DataKeys>();

    [Fact]
    public async Task Everything_is_sealed_anew_while_the_service_goes_on()
    {
        var (request, _) = await service.Given.AnAcceptedRequest();
        var team = RunningService.TeamId(Given.Expert);
        await service.Officer().Post($"/v1/teams/{team}/members", new { name = "轮换队员" }).Must(HttpStatusCode.Created);
        var former = Keys.Current;
        Assert.NotEqual(0, (await Use(former)).Values);

        Keys.Grow();
        Assert.NotEqual(former, Keys.Current);
        await Reads(request, team);
        var written = (await service.Given.AnOpenRequest()).Id();
        Assert.NotEqual(0, await service.Services.GetRequiredService<Resealing>().All(CancellationToken.None));

        Assert.Equal(0, (await Use(former)).Values);
        Assert.NotEqual(0, (await Use(Keys.Current)).Values);
        await Reads(request, team);
        await Reads(written, team);
        Assert.Equal(0, await service.Services.GetRequiredService<Resealing>().All(CancellationToken.None));
        // What a number is found by does not hang on the key that seals.
        var found = (await service.Officer().Post("/v1/persons/look-up", new { phone = "13800138000" }).Must()).Items();
        Assert.Contains(found, item => item.Id("requestId") == request);
        Assert.Contains(found, item => item.Id("requestId") == written);
    }

    [Fact]
    public async Task Interrupted_it_goes_on_and_what_changed_meanwhile_is_kept()
    {
        var requests = new List<Guid>();
        for (var at = 0; at < 3; at++)
        {
            requests.Add((await service.Given.AnOpenRequest()).Id());
        }

        var version = (await service.Request(requests[0])).Number("version");
        Keys.Grow();
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => service.Services.GetRequiredService<Resealing>().All(stopped.Token));
        Assert.NotEqual(0, await service.Services.GetRequiredService<Resealing>().All(CancellationToken.None));
        foreach (var request in requests)
        {
            Assert.Equal("+8613800138000", (await service.Request(request))["requester"]!.Text("phone"));
        }

        Assert.Equal(version, (await service.Request(requests[0])).Number("version"));
    }

    [Fact]
    public async Task A_key_that_another_process_has_added_is_found()
    {
        var request = (await service.Given.AnOpenRequest()).Id();
        var other = new DataKeys(KeyRing.Read(await File.ReadAllTextAsync(Keys.File!), Keys.File!), Keys.File, TimeProvider.System);
        other.Grow();
        var (mine, theirs) = (Keys.Current, other.Current);
        Assert.NotEqual(mine, theirs);
        var place = new SealedPlace("help_request", "person", request);
        await using (var scope = service.Services.CreateAsyncScope())
        {
            var db = scope.ServiceProvider.GetRequiredService<Session>();
            var closed = await db.Value<string>("select person from help_request where request_id = @request", new { request });
            var again = new Seal(other).Close(place, new Seal(other).Open(place, closed!));
            await service
                .Services.GetRequiredService<Database>()
                .Unwatched()
                .Write(
                    db,
                    () => db.Execute("update help_request set person = @again where request_id = @request", new { again, request }),
                    CancellationToken.None
                );
        }

        Assert.Equal("+8613800138000", (await service.Request(request))["requester"]!.Text("phone"));
        Assert.Equal(theirs, Keys.Current);
    }

    [Fact]
    public async Task The_command_says_which_keys_are_no_longer_in_use()
    {
        var standing = new RunningService();
        await standing.InitializeAsync();
        var request = (await standing.Given.AnOpenRequest()).Id();
        var former = standing.Services.GetRequiredService<DataKeys>().Current;
        using var said = new StringWriter();
        await standing.WhileStopped(settings => KeyCommands.Run(["rotate-keys", .. settings], said, TimeSpan.Zero));

        Assert.Contains($"{former}: 1 kept answers", said.ToString(), StringComparison.Ordinal);
        Assert.Contains(" values were sealed anew", said.ToString(), StringComparison.Ordinal);
        Assert.Equal("+8613800138000", (await standing.Request(request))["requester"]!.Text("phone"));
        Assert.NotEqual(former, standing.Services.GetRequiredService<DataKeys>().Current);
        await standing.DisposeAsync();
    }

    [Fact]
    public async Task A_key_file_is_written_once_and_for_its_owner_alone()
    {
        var file = Path.Combine(service.Data, "made-keys.json");
        using var said = new StringWriter();
        Assert.Equal(0, await KeyCommands.Run(["make-keys", file], said));
        Assert.Equal(2, await KeyCommands.Run(["make-keys", file], said));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }

        var ring = KeyRing.Read(await File.ReadAllTextAsync(file), file);
        Assert.DoesNotContain(ring.LookUp, said.ToString(), StringComparison.Ordinal);
        Assert.All(ring.Keys.Values, key => Assert.DoesNotContain(key, said.ToString(), StringComparison.Ordinal));
    }

    private async Task Reads(Guid request, Guid team)
    {
        Assert.Equal("+8613800138000", (await service.Request(request))["requester"]!.Text("phone"));
        Assert.Contains(
            (await service.Officer().Read($"/v1/teams/{team}"))["members"]!.AsArray(),
            member => member!.Text("name") == "轮换队员"
        );
    }

    private async Task<KeyUse> Use(string key)
    {
        await using var connection = service.Connection();
        await connection.OpenAsync();
        return Assert.Single(Resealing.InUse(connection, [key]));
    }
}
