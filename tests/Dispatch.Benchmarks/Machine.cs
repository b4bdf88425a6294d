using System.Runtime.InteropServices;

namespace Dispatch.Benchmarks;

internal static class Machine
{
    public static string Described() =>
        $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSArchitecture}, {Environment.ProcessorCount} cores, {DateTimeOffset.UtcNow:yyyy-MM-dd HH:mm} UTC";
}
