using Dispatch.Domain.Texts;

namespace Dispatch.Domain.Suggestions;

/// <summary>How many texts of the control are read right: the reference cases, and requests that nobody learned from.</summary>
/// <param name="GivenFirst">Reference cases whose main skill comes first.</param>
/// <param name="GivenThree">Reference cases whose main skill is among the first three.</param>
/// <param name="UnseenFirst">Of the others, those whose main skill comes first.</param>
/// <param name="UnseenThree">Of the others, those whose main skill is among the first three.</param>
public sealed record ControlFigures(int GivenFirst, int GivenThree, int UnseenFirst, int UnseenThree)
{
    /// <summary>One figure is enough.</summary>
    public bool IsBelow(ControlFigures other) =>
        GivenFirst < other.GivenFirst
        || GivenThree < other.GivenThree
        || UnseenFirst < other.UnseenFirst
        || UnseenThree < other.UnseenThree;
}

/// <summary>The control set <c>Suggestions/Control.tsv</c>: texts with the main skill a person expects. It judges what was learned; nothing is learned
/// from the unseen ones.</summary>
public static class Control
{
    private const string Given = "given";

    private static readonly Lazy<IReadOnlyList<(bool Given, string Main, string Text)>> Cases = new(() =>
        [.. ExampleFile.Lines("Suggestions/Control.tsv").Select(cells => (cells[0] == Given, cells[1], cells[2]))]
    );

    /// <summary>How many reference cases, and how many others, there are.</summary>
    public static (int Given, int Unseen) Sizes => (Cases.Value.Count(each => each.Given), Cases.Value.Count(each => !each.Given));

    public static ControlFigures Of(Suggester suggester)
    {
        var figures = new ControlFigures(0, 0, 0, 0);
        foreach (var (given, main, text) in Cases.Value)
        {
            var said = suggester.Read(text).Skills;
            var none = main == TradesByExample.None;
            var first = none ? said.Count == 0 : said.Count > 0 && said[0].Code == main;
            var three = none ? first : said.Take(3).Any(skill => skill.Code == main);
            figures = given
                ? figures with
                {
                    GivenFirst = figures.GivenFirst + (first ? 1 : 0),
                    GivenThree = figures.GivenThree + (three ? 1 : 0),
                }
                : figures with
                {
                    UnseenFirst = figures.UnseenFirst + (first ? 1 : 0),
                    UnseenThree = figures.UnseenThree + (three ? 1 : 0),
                };
        }

        return figures;
    }
}
