using System.Net;
using System.Text.Json.Nodes;
using Dispatch.Api.Features.Notices;
using Dispatch.Api.Storage.Auditing;
using Dispatch.Api.Storage.Keeping;
using Dispatch.Api.Storage.Sealing;
using Dispatch.Api.Tests.Features;
using Dispatch.Api.Tests.Features.Rights;
using Dispatch.Api.Tests.Storage.Auditing;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Xunit;

namespace Dispatch.Api.Tests.Storage.Keeping;

/// <summary>A site whose database is lost and put back from before: <c>tests/restore-drill</c> does the same to the built program, with the real tools.</summary>
public sealed class RestoreTests : IAsyncLifetime
{
    private readonly Site service = new();

    public Task InitializeAsync() => service.InitializeAsync();

    public Task DisposeAsync() => service.DisposeAsync();

    [Fact]
    public async Task A_database_that_is_put_back_is_said_to_be_so_and_the_service_goes_on_from_there()
    {
        var before = await service.AClosedRequest("苏早退", "13933340001");
        var after = (await service.Given.AnOpenRequest(World.Call("苏晚退", "13933340002"))).Id();
        // What is told of it is sent after the backup, and must not be again.
        await service.Given.AnAcceptedRequest();
        var session = await service.SignIn();
        await service.Erase(before);
        await service.Vouch();
        await service.Keep();
        var at = service.Clock.GetUtcNow();

        // What nobody will know of afterwards.
        service.Clock.Advance(TimeSpan.FromMinutes(5));
        var sent = await service.SendDue();
        Assert.NotEmpty(sent);
        var key = Guid.NewGuid().ToString();
        var lost = await service.Officer().Post("/v1/requests", Given.PomeloCall(), key).Must(HttpStatusCode.Created);
        await service.Erase(after);
        var later = await service.SignIn();
        await service.Vouch();

        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(service.PutBack);
        Assert.Contains("restored --at", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("older database was put back", (await service.Verify(holds: false)), StringComparison.Ordinal);

        Assert.Equal(1, await service.Restored(at.AddMinutes(-1)));
        Assert.Equal(1, await service.Restored(at.AddYears(1)));
        Assert.Equal(0, await service.Restored(at));
        Assert.Contains("are lost, and the checkpoint file says so", service.Said[^1], StringComparison.Ordinal);
        await service.OpenAgain();

        Assert.Contains("a backup of ", await service.Verify(holds: true), StringComparison.Ordinal);
        Assert.Empty(await service.Find("苏早退", "苏晚退"));
        Assert.Equal("cancelled", await service.State(after));
        foreach (var token in new[] { session, later })
        {
            await service
                .Bearer(token.Text("accessToken"))
                .GetAsync("/v1/requests")
                .MustRefuse(HttpStatusCode.Unauthorized, "access.unauthenticated");
            await service
                .Anonymous()
                .Post("/v1/sessions/refresh", new { refreshToken = token.Text("refreshToken") })
                .MustRefuse(HttpStatusCode.Unauthorized, "session.refused");
        }

        Assert.Empty((await service.SendDue()).Intersect(sent));
        // The key is unknown, for its effect is lost: repeated it has one.
        using (var repeated = await service.Officer().Post("/v1/requests", Given.PomeloCall(), key))
        {
            Assert.Equal(HttpStatusCode.Created, repeated.StatusCode);
            Assert.False(repeated.Headers.Contains("Idempotent-Replayed"));
            Assert.NotEqual(lost.Id(), (await repeated.Json()).Id());
        }

        Assert.NotEmpty(await service.SendDue());
        Assert.Equal("operator", (await service.Audit("action=RestoreDatabase")).One("RestoreDatabase").Text("actor"));
        await service.Vouch();
        await service.Verify(holds: true);

        // Said once, it cannot be said of a database that has been at work since.
        await service.WhileStopped(async _ => Assert.Equal(1, await service.Restored(at)));
    }

    [Fact]
    public async Task Whoever_puts_an_older_database_back_and_says_nothing_is_found_out_also_when_it_has_grown_past()
    {
        await service.Given.AnOpenRequest();
        await service.Vouch();
        await service.Keep();
        await service.Given.AnOpenRequest();
        await service.Vouch();
        var file = service.Checkpoints();
        var lines = await File.ReadAllTextAsync(file);
        // Out of the way while the service starts, and back when the chain is longer than before.
        File.Delete(file);
        await service.PutBack();
        await service.Given.AnOpenRequest();
        await service.Given.AnOpenRequest();
        await service.Sealer().SealWaiting();
        await File.WriteAllTextAsync(file, lines);
        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => service.Sealer().WriteCheckpoint());
        Assert.Contains("one of them was put back", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("vouches for another hash", await service.Verify(holds: false), StringComparison.Ordinal);
        refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => service.Restart());
        Assert.Contains("verify-audit", refusal.Message, StringComparison.Ordinal);
        File.Delete(file);
        await service.OpenAgain();
    }

    [Fact]
    public async Task Nobody_says_it_without_the_key_and_nothing_is_said_beside_a_service_at_work()
    {
        await service.Given.AnOpenRequest();
        await service.Vouch();
        var lines = await File.ReadAllLinesAsync(service.Checkpoints());
        var (last, at) = (Checkpoint.Read(lines[^1])!, service.Clock.GetUtcNow());
        Assert.Equal(2, await service.Restored(at));
        Assert.Contains("Stop it first", service.Said[^1], StringComparison.Ordinal);

        var forged = new Checkpoint(
            at,
            last.File,
            AuditSeal.Origin.Hash,
            last.Key,
            last.Number + 1,
            AuditChain.Digest(last.Line),
            0,
            last.Signature,
            at
        );
        await File.AppendAllTextAsync(service.Checkpoints(), forged.Line + "\n");
        Assert.Contains("the signature is not that of the key", await service.Verify(holds: false), StringComparison.Ordinal);
        await File.WriteAllLinesAsync(service.Checkpoints(), lines);
    }

    /// <summary>A site with accounts and a hook, whose database is kept and put back.</summary>
    public sealed class Site : RunningService
    {
        private const string Login = "administrator";
        private const string Password = "four words nobody guesses";
        private const string Secret = "the secret of the first start";

        private readonly List<Guid> received = [];
        private TestDatabase made = null!;
        private string[] arguments = [];
        private bool isKnown;

        /// <summary>What the commands said, one after the other.</summary>
        public List<string> Said { get; } = [];

        private string Copy => Path.Combine(Data, "kept", "dispatch.db");

        protected override IEnumerable<string> Settings
        {
            get
            {
                var path = Path.Combine(Data, "first-secret");
                Directory.CreateDirectory(Data);
                File.WriteAllText(path, Secret);
                return [$"--Dispatch:FirstAdministratorSecretFile={path}"];
            }
        }

        protected override async Task<TestDatabase> MakeDatabase() => made = await base.MakeDatabase();

        protected override void Replace(IServiceCollection services)
        {
            services.Configure<PasswordHasherOptions>(hasher => hasher.IterationCount = 1000);
            services.Replace(ServiceDescriptor.Singleton(_ => new HttpClient(new Hook(received))));
        }

        public async Task<JsonNode> SignIn()
        {
            object first = new
            {
                secret = Secret,
                login = Login,
                password = Password,
            };
            var told = await Anonymous()
                .Post(isKnown ? "/v1/sessions" : "/v1/accounts/first", isKnown ? new { login = Login, password = Password } : first)
                .Must();
            isKnown = true;
            return told;
        }

        /// <summary>Everything is sealed, and the file vouches for it.</summary>
        public async Task Vouch()
        {
            await this.Sealer().SealWaiting();
            Assert.True(await this.Sealer().WriteCheckpoint());
        }

        public Task Keep() =>
            WhileStopped(async words =>
            {
                arguments = words;
                if (made.Setting != "sqlite")
                {
                    await made.Keep();
                    return;
                }

                Directory.CreateDirectory(Path.GetDirectoryName(Copy)!);
                Assert.Equal(0, await Say(said => BackupCommand.Run(["backup", "--to", Copy, .. words], said)));
            });

        public Task PutBack() =>
            WhileStopped(async _ =>
            {
                if (made.Setting != "sqlite")
                {
                    await made.PutBack();
                    return;
                }

                foreach (var file in Directory.GetFiles(Data, "dispatch.db*"))
                {
                    File.Delete(file);
                }

                File.Copy(Copy, Path.Combine(Data, "dispatch.db"));
            });

        public Task<int> Restored(DateTimeOffset at) =>
            Say(said =>
                RestoredCommand.Run(
                    [
                        "restored",
                        "--at",
                        at.ToString("O"),
                        .. arguments.Length > 0
                            ? arguments
                            : [$"--Dispatch:Data={Data}", $"--Dispatch:Database={made.Setting}", "--environment=Development"],
                    ],
                    said,
                    builder => builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(Clock))
                )
            );

        public async Task<string> Verify(bool holds)
        {
            using var said = new StringWriter();
            var verification = new AuditVerification(
                new AuditKey(await File.ReadAllTextAsync(Path.Combine(Data, "audit-key.pem"))),
                new BlindIndex(DataKeysOf()),
                said
            );
            var held = await verification.Run(
                async () =>
                {
                    var connection = Connection();
                    await connection.OpenAsync();
                    return connection;
                },
                Path.Combine(Data, "audit-checkpoints.ndjson")
            );
            Assert.True(held == holds, said.ToString());
            return said.ToString();
        }

        /// <summary>The ids the hook was sent.</summary>
        public async Task<IReadOnlyList<Guid>> SendDue()
        {
            Services.GetRequiredService<IConfiguration>()["Dispatch:NoticeHook"] = "http://hook.test/";
            received.Clear();
            await ActivatorUtilities.CreateInstance<NoticeHook>(Services).SendDue(CancellationToken.None);
            return [.. received];
        }

        private DataKeys DataKeysOf() =>
            DataKeys.Load(new ConfigurationBuilder().Build(), new Dispatch.Api.Tests.Site("Development"), Data, Clock);

        private async Task<int> Say(Func<TextWriter, Task<int>> command)
        {
            using var said = new StringWriter();
            var code = await command(said);
            Said.Add(said.ToString());
            return code;
        }

        private sealed class Hook(List<Guid> received) : HttpMessageHandler
        {
            protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
            {
                received.Add(JsonNode.Parse(await request.Content!.ReadAsStringAsync(cancellationToken))!.Id());
                return new HttpResponseMessage(HttpStatusCode.OK);
            }
        }
    }
}
