using System.Diagnostics;
using Xunit;

namespace Dispatch.Api.Tests;

/// <summary>A program of this machine that reads what the service wrote, as its users do.</summary>
internal static class OutsideProgram
{
    public const string Office = "soffice";
    public const string Browser = "chromium";
    public const string PdfText = "pdftotext";
    public const string PdfInfo = "pdfinfo";

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    public static bool IsThere(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, name)));

    /// <summary>What it says, of a run that must succeed.</summary>
    public static async Task<string> Run(string name, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(name, arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            }
        )!;
        using var late = new CancellationTokenSource(Longest);
        var (said, complained) = (process.StandardOutput.ReadToEndAsync(late.Token), process.StandardError.ReadToEndAsync(late.Token));
        try
        {
            await process.WaitForExitAsync(late.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{name} did not end.");
        }

        Assert.True(process.ExitCode == 0, $"{name} ended with {process.ExitCode}: {await said}{await complained}");
        return await said;
    }
}

/// <summary>A test that reads a file with LibreOffice.</summary>
public sealed class OfficeFactAttribute : FactAttribute
{
    public OfficeFactAttribute() => Skip = OutsideProgram.IsThere(OutsideProgram.Office) ? null! : "LibreOffice (soffice) is not installed";
}

/// <summary>A test that prints a page with Chromium, and reads what was printed.</summary>
public sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute() =>
        Skip =
            OutsideProgram.IsThere(OutsideProgram.Browser) && OutsideProgram.IsThere(OutsideProgram.PdfText)
                ? null!
                : "Chromium, or poppler-utils, is not installed";
}
