using System.Security.Cryptography;
using System.Text.Json;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage.Auditing;
using Dispatch.Api.Storage.Sealing;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace Dispatch.Api.Tests.Http.Access;

/// <summary>Outside Development the service does not start before it is settled who may come in; each refusal says what to set.</summary>
public sealed class StartRulesTests : IAsyncLifetime
{
    private const string Secret = "the secret of the first start";
    private readonly string data = Directory.CreateTempSubdirectory("dispatch-test-").FullName;
    private TestDatabase database = null!;

    public async Task InitializeAsync() => database = await TestDatabase.Create();

    public async Task DisposeAsync()
    {
        await database.DisposeAsync();
        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public Task Without_an_issuer_and_without_accounts() =>
        Refuses("Dispatch:Issuer", Key(), "--Dispatch:LocalAccounts=false", File("secret", Secret));

    [Fact]
    public Task Without_an_account_and_without_a_way_to_the_first() => Refuses("Dispatch:FirstAdministratorSecret", Key());

    [Fact]
    public Task With_a_secret_anybody_could_guess() => Refuses("20", Key(), File("secret", "changeme"));

    [Fact]
    public Task With_a_secret_on_the_command_line() => Refuses("command line", Key(), $"--Dispatch:FirstAdministratorSecret={Secret}");

    [Fact]
    public async Task With_the_demo_users_in_the_data_folder()
    {
        await System.IO.File.WriteAllTextAsync(Path.Combine(data, DemoUsers.FileName), "{}");
        await Refuses(DemoUsers.FileName, Key(), File("secret", Secret));
    }

    [Fact]
    public async Task With_a_key_that_was_made_for_development()
    {
        await using (var app = Build("Development"))
        {
            await Service.Start(app);
        }

        System.IO.File.Delete(Path.Combine(data, DemoUsers.FileName));
        var moved = Path.Combine(data, "moved.pem");
        System.IO.File.Move(Path.Combine(data, "token-key.pem"), moved);
        await Refuses("made for Development", $"--Dispatch:TokenKey={moved}", File("secret", Secret));
    }

    [Theory]
    [InlineData("", "make-keys")]
    [InlineData("moved.pem", "made for Development")]
    public async Task With_no_key_for_the_audit_or_with_one_that_was_made_for_development(string name, string said)
    {
        await using (var app = Build("Development"))
        {
            await Service.Start(app);
        }

        System.IO.File.Delete(Path.Combine(data, DemoUsers.FileName));
        var moved = Path.Combine(data, "moved.pem");
        System.IO.File.Copy(Path.Combine(data, "site-audit-key.pem"), moved);
        await System.IO.File.WriteAllTextAsync(moved, "Made for Development only.\n" + await System.IO.File.ReadAllTextAsync(moved));
        await Refuses(said, Key(), File("secret", Secret), $"--Dispatch:Audit:Key={(name.Length == 0 ? "" : Path.Combine(data, name))}");
    }

    [Fact]
    public Task With_an_issuer_and_no_audience() => Refuses("Dispatch:Audience", Key(), "--Dispatch:Issuer=https://id.example.cn");

    [Theory]
    [InlineData("http://id.example.cn")]
    [InlineData("id.example.cn")]
    [InlineData("ftp://id.example.cn")]
    public Task With_an_issuer_anybody_on_the_way_could_answer_for(string issuer) =>
        Refuses("https", Key(), $"--Dispatch:Issuer={issuer}", "--Dispatch:Audience=dispatch");

    [Fact]
    public async Task With_a_key_and_a_secret_or_with_an_issuer_it_starts()
    {
        await using (var app = Build("Production", Key(), File("secret", Secret)))
        {
            await Service.Start(app);
        }

        await using var other = Build("Production", Key(), "--Dispatch:Issuer=http://127.0.0.1:9", "--Dispatch:Audience=dispatch");
        await Service.Start(other);
    }

    [Theory]
    [InlineData("Dispatch:Database", "Host=127.0.0.1;Username=dispatch;Password=hunter2")]
    [InlineData("Dispatch:DataKeys", """{"current":"k1"}""")]
    [InlineData("Dispatch:NoticeHook", "https://hook.example.cn/send?key=hunter2")]
    [InlineData("Dispatch:FirstAdministratorSecret", "the secret of the first start")]
    public void With_a_secret_where_others_read_it(string key, string secret)
    {
        foreach (var open in new[] { FromFile(key, secret), FromCommandLine(key, secret) })
        {
            var refusal = Assert.Throws<InvalidOperationException>(() => StartRules.DemandHiddenSecrets(new Site("Production"), open));
            Assert.Contains(key, refusal.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("hunter2", refusal.Message, StringComparison.Ordinal);
            StartRules.DemandHiddenSecrets(new Site("Development"), open);
        }

        StartRules.DemandHiddenSecrets(
            new Site("Production"),
            new ConfigurationBuilder().AddInMemoryCollection([new(key, secret)]).Build()
        );
    }

    [Theory]
    [InlineData("Dispatch:Database", "sqlite")]
    [InlineData("Dispatch:Database", "Host=127.0.0.1;Username=dispatch;Passfile=/etc/dispatch/pgpass")]
    [InlineData("Dispatch:Database", "no connection string")]
    [InlineData("Dispatch:DataKeys", "/etc/dispatch/data-keys.json")]
    [InlineData("Dispatch:NoticeHook", "https://hook.example.cn/send")]
    public void What_names_no_secret_may_stand_anywhere(string key, string value)
    {
        StartRules.DemandHiddenSecrets(new Site("Production"), FromFile(key, value));
        StartRules.DemandHiddenSecrets(new Site("Production"), FromCommandLine(key, value));
    }

    [Theory]
    [InlineData("http://hook.example.cn/send")]
    [InlineData("ftp://hook.example.cn/send")]
    [InlineData("hook.example.cn")]
    [InlineData("https://user:word@hook.example.cn/send")]
    public Task With_a_hook_that_others_could_read(string address) =>
        Refuses("Dispatch:NoticeHook", Key(), File("secret", Secret), $"--Dispatch:NoticeHook={address}");

    private static IConfigurationRoot FromCommandLine(string key, string value) =>
        new ConfigurationBuilder().AddCommandLine([$"--{key}={value}"]).Build();

    private IConfigurationRoot FromFile(string key, string value)
    {
        var path = Path.Combine(data, "appsettings.json");
        System.IO.File.WriteAllText(path, JsonSerializer.Serialize(new Dictionary<string, string> { [key] = value }));
        return new ConfigurationBuilder().AddJsonFile(path).Build();
    }

    private async Task Refuses(string words, params string[] settings)
    {
        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            await using var app = Build("Production", settings);
            await Service.Start(app);
        });
        Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
    }

    private Microsoft.AspNetCore.Builder.WebApplication Build(string environment, params string[] settings) =>
        Service.Build(
            [
                $"--environment={environment}",
                $"--Dispatch:Data={data}",
                "--Dispatch:DemoRequests=false",
                "--Dispatch:Timers=false",
                "--Logging:LogLevel:Default=Error",
                DataKeys(),
                AuditKeyFile(),
                .. settings,
            ],
            builder => builder.Configuration.AddInMemoryCollection([new("Dispatch:Database", database.Setting)])
        );

    private string DataKeys()
    {
        var path = Path.Combine(data, "site-data-keys.json");
        if (!System.IO.File.Exists(path))
        {
            System.IO.File.WriteAllText(path, KeyRing.Fresh(DateTimeOffset.UnixEpoch).Write());
        }

        return $"--Dispatch:DataKeys={path}";
    }

    private string AuditKeyFile()
    {
        var path = Path.Combine(data, "site-audit-key.pem");
        if (!System.IO.File.Exists(path))
        {
            System.IO.File.WriteAllText(path, AuditKey.Fresh());
        }

        return $"--Dispatch:Audit:Key={path}";
    }

    private string Key()
    {
        var path = Path.Combine(data, "site-key.pem");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        System.IO.File.WriteAllText(path, key.ExportPkcs8PrivateKeyPem());
        return $"--Dispatch:TokenKey={path}";
    }

    private string File(string name, string content)
    {
        var path = Path.Combine(data, name);
        System.IO.File.WriteAllText(path, content + "\n");
        return $"--Dispatch:FirstAdministratorSecretFile={path}";
    }
}
