using Dispatch.Api.Generating;
using Dispatch.Api.Tests.Storage.Auditing;
using Xunit;

namespace Dispatch.Api.Tests.Generating;

/// <summary>A service on a small made-up year; it stands still until somebody makes one.</summary>
public class EmptySite : RunningService
{
    public const string Scenario = "guangdong-2024";
    public const string Province = "440000";

    protected override IEnumerable<string> Settings => ["--Dispatch:DemoTeams=false"];

    /// <summary>Stops the service, fills its database and starts it again.</summary>
    public async Task<(int Code, string Said)> Generate(string scale, string further = "", Action<long>? afterBatch = null)
    {
        var (code, said) = (-1, new StringWriter());
        await WhileStopped(async settings =>
            code = await GenerateCommand.Run(
                [
                    "generate",
                    "--scenario",
                    Scenario,
                    "--scale",
                    scale,
                    .. further.Split(' ', StringSplitOptions.RemoveEmptyEntries),
                    .. settings,
                ],
                said,
                Clock,
                builder => WatchedDatabase.Over(builder.Services),
                afterBatch
            )
        );
        return (code, said.ToString());
    }
}

/// <summary>The same with 124 services.</summary>
public sealed class SyntheticSite : EmptySite, IAsyncLifetime
{
    public const string Scale = "0.02";

    public new async Task InitializeAsync()
    {
        await base.InitializeAsync();
        var (code, said) = await Generate(Scale);
        Assert.True(code == 0, said);
    }
}
