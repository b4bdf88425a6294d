namespace Dispatch.Faults.Checking;

/// <summary><c>check --data FOLDER [--database SETTING] [--journal FILE]</c>: says what is broken; the exit code is 0 when nothing is.</summary>
internal static class CheckCommand
{
    public static async Task<int> Run(string[] options)
    {
        var given = options.Chunk(2).Where(pair => pair.Length == 2).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
        if (!given.TryGetValue("--data", out var data) || options.Length % 2 == 1)
        {
            await Console.Error.WriteLineAsync("check --data <folder> [--database <setting>] [--journal <file>]");
            return 2;
        }

        var checker = new Checker(Path.GetFullPath(data), given.GetValueOrDefault("--database", "sqlite"));
        var broken = await checker.Broken(given.GetValueOrDefault("--journal"));
        foreach (var what in broken)
        {
            Console.WriteLine(what);
        }

        Console.WriteLine(broken.Count == 0 ? "Everything holds." : $"{broken.Count} things are broken.");
        return broken.Count == 0 ? 0 : 1;
    }
}
