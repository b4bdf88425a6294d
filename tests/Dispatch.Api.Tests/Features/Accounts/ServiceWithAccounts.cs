using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Api.Tests.Features.Accounts;

/// <summary>A site without an issuer, outside Development: people sign in here.</summary>
public class ServiceWithAccounts : RunningService
{
    public const string Secret = "the secret of the first start";
    public const string Password = "four words nobody guesses";

    private const string Second = "second-administrator";

    private JsonNode? first;
    private bool hasSecond;

    protected override bool IsDevelopment => false;

    protected override IEnumerable<string> Settings
    {
        get
        {
            var path = Path.Combine(Data, "first-secret");
            Directory.CreateDirectory(Data);
            File.WriteAllText(path, Secret);
            return [$"--Dispatch:FirstAdministratorSecretFile={path}", "--Dispatch:DemoTeams=true"];
        }
    }

    // How long hashing takes is measured elsewhere; what it is worth does not depend on it.
    protected override void Replace(IServiceCollection services) =>
        services.Configure<PasswordHasherOptions>(hasher => hasher.IterationCount = 1000);

    /// <summary>The first administrator, made when somebody needs one.</summary>
    public async Task<HttpClient> Administrator()
    {
        first ??= await Anonymous()
            .Post(
                "/v1/accounts/first",
                new
                {
                    secret = Secret,
                    login = "administrator",
                    password = Password,
                }
            )
            .Must();
        return Bearer((await SignIn("administrator")).Text("accessToken"));
    }

    /// <summary>Another one, made when somebody needs one: while there is but one administrator, he makes the second alone.</summary>
    public async Task<HttpClient> SecondAdministrator()
    {
        var administrator = await Administrator();
        if (!hasSecond)
        {
            var made = await administrator.Post("/v1/accounts", new { login = Second, role = "admin" }).Must(HttpStatusCode.Created);
            await ChangePassword(Second, made.Text("password"), Password).Must();
            hasSecond = true;
        }

        return Bearer((await SignIn(Second)).Text("accessToken"));
    }

    /// <summary>A fresh account that has set a password of its own; two administrators have agreed where two must.</summary>
    public async Task<(Guid Id, string Login)> Account(string role = "officer", string? region = null, Guid? team = null)
    {
        var login = $"person-{Guid.NewGuid():N}";
        // He is made while the first is still alone.
        var approver = region is null ? await SecondAdministrator() : null;
        using var answer = await (await Administrator()).Post(
            "/v1/accounts",
            new
            {
                login,
                role,
                regionCode = region,
                teamId = team,
            }
        );
        var made = await answer.Json();
        if (answer.StatusCode == HttpStatusCode.Accepted)
        {
            await (approver ?? await SecondAdministrator()).Post($"/v1/approvals/{made["account"]!.Id("approvalId")}/approve").Must();
        }

        await ChangePassword(login, made.Text("password"), Password).Must();
        return (made["account"]!.Id(), login);
    }

    public Task<JsonNode> SignIn(string login, string password = Password) => TrySignIn(login, password).Must();

    public Task<HttpResponseMessage> TrySignIn(string login, string password = Password) =>
        Anonymous().Post("/v1/sessions", new { login, password });

    public Task<HttpResponseMessage> ChangePassword(string login, string password, string newPassword) =>
        Anonymous()
            .Post(
                "/v1/password",
                new
                {
                    login,
                    password,
                    newPassword,
                }
            );

    public Task<HttpResponseMessage> Refresh(string refreshToken) => Anonymous().Post("/v1/sessions/refresh", new { refreshToken });

    public Task<HttpResponseMessage> SignOut(string refreshToken) => Anonymous().Post("/v1/sessions/end", new { refreshToken });

    /// <summary>Whether the token lets its holder read anything.</summary>
    public async Task<HttpStatusCode> Standing(string accessToken)
    {
        using var answer = await Bearer(accessToken).GetAsync("/v1/requests");
        return answer.StatusCode;
    }
}
