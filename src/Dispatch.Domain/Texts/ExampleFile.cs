using System.Globalization;

namespace Dispatch.Domain.Texts;

/// <summary>Texts kept beside the rules that learn from them, or are judged by them; tabs between.</summary>
internal static class ExampleFile
{
    /// <summary>A label, a text, and how often it counts where that is not once.</summary>
    /// <param name="name">Folder and file below this project.</param>
    public static IReadOnlyList<Example> Read(string name) =>
        [
            .. Lines(name)
                .SelectMany(cells =>
                    Enumerable.Repeat(
                        new Example(cells[0], cells[1]),
                        cells.Length > 2 ? int.Parse(cells[2], CultureInfo.InvariantCulture) : 1
                    )
                ),
        ];

    /// <param name="name">Folder and file below this project.</param>
    public static IEnumerable<string[]> Lines(string name)
    {
        var assembly = typeof(ExampleFile).Assembly;
        using var reader = new StreamReader(assembly.GetManifestResourceStream($"Dispatch.Domain.{name.Replace('/', '.')}")!);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t'))];
    }
}
