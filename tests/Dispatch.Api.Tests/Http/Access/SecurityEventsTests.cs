using System.Collections.Concurrent;
using System.Net;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Api.Tests.Features.Accounts;
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
        var (id, login) = await service.Account();
        var session = await service.SignIn(login);
        await service.TrySignIn(login, "not the password").MustRefuse(HttpStatusCode.Unauthorized, "session.refused");
        await service.Refresh(session.Text("refreshToken")).Must();
        await service.Refresh(session.Text("refreshToken")).MustRefuse(HttpStatusCode.Unauthorized, "session.refused");
        await service.Refresh("dr_unknown").MustRefuse(HttpStatusCode.Unauthorized, "session.refused");
        await service.SignOut((await service.SignIn(login)).Text("refreshToken")).Must();
        await administrator.Post($"/v1/accounts/{id}/set-role", new { role = "auditor" }).Must();
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
        foreach (var happened in Words.All<SecurityEvent>())
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
