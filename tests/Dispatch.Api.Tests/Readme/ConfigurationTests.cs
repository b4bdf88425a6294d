using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Xunit;

namespace Dispatch.Api.Tests.Readme;

public sealed partial class ConfigurationTests
{
    [Fact]
    public void Every_key_the_code_reads_stands_in_the_readme_and_the_reverse()
    {
        var read = Directory
            .EnumerateFiles(Path.Combine(Page.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .SelectMany(path => QuotedKey().Matches(File.ReadAllText(path)))
            .Select(match => match.Groups["key"].Value)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);
        var described = Page.Rows(new Page("README.md").Section("## Configuration")).Select(row => row[0]).Order(StringComparer.Ordinal);
        Assert.Equal(read, described);
    }

    [Fact]
    public async Task Outside_development_the_service_does_not_start_without_a_key_of_its_own()
    {
        var data = Directory.CreateTempSubdirectory("dispatch-test-").FullName;
        await using var app = Service.Build(["--environment=Production", $"--Dispatch:Data={data}", "--Dispatch:Timers=false"]);
        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => Service.Start(app));
        Assert.Contains("Dispatch:TokenKey", refusal.Message, StringComparison.Ordinal);
        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public async Task Outside_development_the_service_does_not_start_without_keys_for_personal_data()
    {
        var data = Directory.CreateTempSubdirectory("dispatch-test-").FullName;
        var token = Path.Combine(data, "token.pem");
        using (var key = ECDsa.Create(ECCurve.NamedCurves.nistP256))
        {
            await File.WriteAllTextAsync(token, key.ExportPkcs8PrivateKeyPem());
        }

        foreach (var (keys, said) in new[] { ("", "Dispatch:DataKeys"), ("{\"current\":\"k1\",\"keys\":{},\"lookUp\":\"\"}", "make-keys") })
        {
            await using var app = Service.Build([
                "--environment=Production",
                $"--Dispatch:Data={data}",
                $"--Dispatch:TokenKey={token}",
                $"--Dispatch:DataKeys={keys}",
                "--Dispatch:Timers=false",
            ]);
            var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => Service.Start(app));
            Assert.Contains(said, refusal.Message, StringComparison.Ordinal);
        }

        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public async Task A_port_named_as_a_container_image_names_it_is_where_the_service_listens()
    {
        var port = FreePort();
        var data = Directory.CreateTempSubdirectory("dispatch-test-").FullName;
        await using (
            var app = Service.Build([
                "--environment=Development",
                $"--http_ports={port}",
                $"--Dispatch:Data={data}",
                "--Dispatch:Timers=false",
                "--Logging:LogLevel:Default=Error",
            ])
        )
        {
            await app.StartAsync();
            Assert.Equal(port, new Uri(Assert.Single(app.Urls).Replace("[::]", "localhost", StringComparison.Ordinal)).Port);
            await app.StopAsync();
        }

        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public async Task The_first_command_keeps_its_data_in_the_folder_it_is_called_from()
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            WorkingDirectory = Page.Root,
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        foreach (var argument in new[] { "msbuild", "src/Dispatch.Api", "-getProperty:RunWorkingDirectory,MSBuildProjectName" })
        {
            start.ArgumentList.Add(argument);
        }

        using var evaluation = Process.Start(start)!;
        var properties = JsonNode.Parse(await evaluation.StandardOutput.ReadToEndAsync())!["Properties"]!;
        Assert.Equal("Dispatch.Api", properties.Text("MSBuildProjectName"));
        Assert.Equal("", properties.Text("RunWorkingDirectory"));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [GeneratedRegex("\"(?<key>Dispatch:[A-Za-z0-9:]+)\"", RegexOptions.None, 10_000)]
    private static partial Regex QuotedKey();
}
