using System.Diagnostics;
using Xunit;

namespace Dispatch.Api.Tests.Readme;

public sealed class WalkTests
{
    private const string StepEnds = "== step ends ==";
    private static readonly string Walk = new Page("README.md").Section("## A walk: from the call to the result");

    [Fact]
    public async Task The_walk_prints_what_the_readme_says_step_by_step()
    {
        var printed = Page.Blocks(Walk, "text").Select(Trimmed).ToList();
        await using var service = await ServiceProcess.Start();
        var (steps, complaint) = await Play(service);
        Assert.Equal(printed, steps);
        Assert.Equal("", complaint);
    }

    [Fact]
    public void The_walk_has_eight_to_twelve_steps_each_with_its_outcome()
    {
        var (steps, outcomes) = (Page.Blocks(Walk, "bash"), Page.Blocks(Walk, "text"));
        Assert.InRange(steps.Count, 8, 12);
        Assert.Equal(steps.Count, outcomes.Count);
        Assert.All(outcomes, outcome => Assert.Matches("^20[01]\\b", outcome));
    }

    /// <summary>Runs the blocks as they are printed; only the port is another one.</summary>
    private static async Task<(IReadOnlyList<string> Steps, string Complaint)> Play(ServiceProcess service)
    {
        var script =
            "set -euo pipefail\n"
            + string.Concat(Page.Blocks(Walk, "bash").Select(block => block + $"echo '{StepEnds}'\n"))
                .Replace("localhost:5080", $"localhost:{service.Address.Port}", StringComparison.Ordinal);
        var start = new ProcessStartInfo("bash")
        {
            WorkingDirectory = service.Folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var bash = Process.Start(start)!;
        var (output, complaint) = (bash.StandardOutput.ReadToEndAsync(), bash.StandardError.ReadToEndAsync());
        await bash.StandardInput.WriteAsync(script);
        bash.StandardInput.Close();
        await bash.WaitForExitAsync();
        return ([.. (await output).Split(StepEnds + "\n").SkipLast(1).Select(Trimmed)], await complaint);
    }

    private static string Trimmed(string text) => string.Join('\n', text.Split('\n').Select(line => line.TrimEnd())).Trim();
}
