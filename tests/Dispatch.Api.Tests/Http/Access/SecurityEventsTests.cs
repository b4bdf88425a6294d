using System.Collections.Concurrent;
using System.Net;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Api.Tests.Features.Accounts;
using Dispatch.Api.Tests.Features.Rights;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Dispatch.Api.Tests.Http.Access;

/// <summary>What happens to identities is noted, and by ids alone.</summary>
public sealed class SecurityEventsTests(SecurityEventsTests.ServiceThatNotes service) : IClassFixture<SecurityEventsTests.ServiceThatNotes>
{
    [Fact]
    public async Task Everything_that_happens_to_an_identity_is_noted_without_names()
    {
        var administrator = await service.Administrator();
        var (id, login) = await service.Account(region: World.Yuhuan);
        var session = await service.SignIn(login);
        await service.TrySignIn(login, "not the password").MustRefuse(HttpStatusCode.Unauthorized, "session.refused");
        await service.Refresh(session.Text("refreshToken")).Must();
        await service.Refresh(session.Text("refreshToken")).MustRefuse(HttpStatusCode.Unauthorized, "session.refused");
        await service.Refresh("dr_unknown").MustRefuse(HttpStatusCode.Unauthorized, "session.refused");
        await service.SignOut((await service.SignIn(login)).Text("refreshToken")).Must();
        await administrator.Post($"/v1/accounts/{id}/set-role", new { role = "auditor", regionCode = World.Yuhuan }).Must();
        await administrator.Post($"/v1/accounts/{id}/disable").Must();
        await administrator.Post($"/v1/accounts/{id}/enable").Must();
        await administrator.Post($"/v1/accounts/{id}/reset-password").Must();
        await service
            .Anonymous()
            .Post(
                "/v1/accounts/first",
                new
                {
                    secret = ServiceWithAccounts.Secret,
                    login,
                    password = ServiceWithAccounts.Password,
                }
            )
            .MustRefuse(HttpStatusCode.Unauthorized, "session.refused");
        var client = (
            await administrator.Post("/v1/clients", new { name = "城区热线", scopes = new[] { "notices" } }).Must(HttpStatusCode.Created)
        ).Id();
        var key = await administrator.Post($"/v1/clients/{client}/keys").Must(HttpStatusCode.Created);
        await administrator.Post($"/v1/clients/{client}/keys/{key.Id()}/revoke").Must();
        var outsider = service.Bearer(service.Issuer.Sign(service.Issuer.Claims(service.Clock.GetUtcNow(), "admin"), "site"));
        foreach (var action in new[] { "bar", "let-in" })
        {
            await outsider.Post($"/v1/barred-subjects/{action}", new { subject = $"{service.Issuer.Address}#officer-7" }).Must();
        }

        for (var i = 0; i < 6; i++)
        {
            using var answer = await service.TrySignIn("a-name-of-nobody", "not the password");
        }

        var lines = service.Lines.ToList();
        foreach (var happened in Words.All<SecurityEvent>().Except(PersonEventsTests.Words, StringComparer.Ordinal))
        {
            Assert.Contains(lines, line => line.StartsWith(happened + ":", StringComparison.Ordinal));
        }

        Assert.Contains($"account_disabled: account-{id}", string.Join('\n', lines), StringComparison.Ordinal);
        Assert.All(
            new[]
            {
                login,
                "a-name-of-nobody",
                "administrator\"",
                "城区热线",
                ServiceWithAccounts.Password,
                key.Text("key"),
                session.Text("refreshToken"),
            },
            secret => Assert.DoesNotContain(lines, line => line.Contains(secret, StringComparison.Ordinal))
        );
    }

    public sealed class ServiceThatNotes : ServiceWithAccounts
    {
        public ServiceThatNotes() => Issuer.AddEc("site");

        public LocalIssuer Issuer { get; } = new();

        public ConcurrentQueue<string> Lines { get; } = new();

        protected override IEnumerable<string> Settings =>
            [
                .. base.Settings,
                .. Issuer.Settings,
                "--Dispatch:LocalAccounts=true",
                "--Logging:LogLevel:Dispatch.Api.Http.Access.SecurityEvents=Information",
            ];

        protected override void Ended() => Issuer.Dispose();

        protected override void Replace(IServiceCollection services)
        {
            base.Replace(services);
            services.AddSingleton<ILoggerProvider>(_ => new Notes(Lines));
        }
    }

    private sealed class Notes(ConcurrentQueue<string> lines) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => lines.Enqueue(formatter(state, exception));

        public void Dispose() { }
    }
}

/// <summary>What is decided about persons, and done with what is known of them, is noted like what happens to identities.</summary>
public sealed class PersonEventsTests(RunningService service) : IClassFixture<RunningService>
{
    // Of the one administrator who had nobody to agree with, RoleChangesTests knows.
    internal static readonly string[] Words =
    [
        "role_set_by_one",
        "approval_asked",
        "approval_given",
        "approval_refused",
        "persons_exported",
        "person_looked_up",
        "person_corrected",
        "person_erased",
    ];

    [Fact]
    public async Task Everything_that_is_decided_about_a_person_is_noted()
    {
        var told = await service.Given.AnOpenRequest(World.Call("舒一帆", "13966660001"));
        var track = told.Text("trackToken");
        await service.Anonymous().Post($"/v1/track/{track}/correct-person", new { name = "舒一凡" }).Must();
        await service.Officer().Post("/v1/persons/look-up", new { phone = "13966660001" }).Must();
        var asker = service.As("officer", World.Yuhuan, subject: "asker");
        var export = new
        {
            regionCode = World.Yuhuan,
            from = "2026-06-01",
            to = "2026-06-01",
            reason = "汇总",
        };
        var refused = (await asker.Post("/v1/exports", export).Must(HttpStatusCode.Created)).Id();
        await service.Officer().Post($"/v1/approvals/{refused}/refuse", new { note = "无此必要" }).Must();
        var allowed = (await asker.Post("/v1/exports", export).Must(HttpStatusCode.Created)).Id();
        await service.Approve(allowed);
        using (var file = await asker.Post($"/v1/exports/{allowed}/take"))
        {
            Assert.Equal(HttpStatusCode.OK, file.StatusCode);
        }

        await service.Erase(told.Id());
        foreach (var word in Words[1..])
        {
            var noted = (await service.As("admin").Read($"/v1/audit?action={word}"))["items"]!.AsArray();
            Assert.True(noted.Count > 0, word);
        }
    }
}
