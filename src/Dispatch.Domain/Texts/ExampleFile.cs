namespace Dispatch.Domain.Texts;

/// <summary>Examples kept beside the rules that learn from them: a label, a tab, a text.</summary>
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
                .Select(cells => new Example(cells[0], cells[1])),
        ];
    }
}
