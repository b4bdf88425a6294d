using System.Globalization;

namespace Dispatch.Domain.Texts;

/// <summary>Examples kept beside the rules that learn from them: a label, a text, and how often it counts where that is not once; tabs between.</summary>
internal static class ExampleFile
{
    /// <param name="name">Folder and file below this project.</param>
    public static IReadOnlyList<Example> Read(string name)
    {
        var assembly = typeof(ExampleFile).Assembly;
        using var reader = new StreamReader(assembly.GetManifestResourceStream($"Dispatch.Domain.{name.Replace('/', '.')}")!);
        return
        [
            .. reader
                .ReadToEnd()
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => line.Split('\t'))
                .SelectMany(cells =>
                    Enumerable.Repeat(
                        new Example(cells[0], cells[1]),
                        cells.Length > 2 ? int.Parse(cells[2], CultureInfo.InvariantCulture) : 1
                    )
                ),
        ];
    }
}
