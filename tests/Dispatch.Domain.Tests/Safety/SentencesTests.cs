using Dispatch.Domain.Safety;
using Xunit;
using Xunit.Abstractions;

namespace Dispatch.Domain.Tests.Safety;

/// <summary>The sentences of <c>sentences.tsv</c> (the kind, a tab, the text) were written by somebody who did not know the rules; the rules have
/// been fitted to them since. They guard what is caught, and are no measure of unseen texts.</summary>
public sealed class SentencesTests(ITestOutputHelper output)
{
    private const int MostFalseAlarms = 2;

    private static readonly (string Kind, string Text)[] Written = Sentences("sentences.tsv");

    public static TheoryData<string, string> Dangerous
    {
        get
        {
            var rows = new TheoryData<string, string>();
            foreach (var (kind, text) in Written.Where(sentence => sentence.Kind != "none"))
            {
                rows.Add(kind, text);
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Dangerous))]
    public void Every_dangerous_sentence_is_caught_and_named(string kind, string text) => Assert.Equal(kind, NameOf(SafetyCheck.Of(text)));

    [Fact]
    public void Five_hundred_ordinary_sentences_raise_at_most_two_false_alarms()
    {
        var ordinary = Written.Where(sentence => sentence.Kind == "none").ToList();
        Assert.Equal(500, ordinary.Count);
        var alarms = ordinary.Where(sentence => SafetyCheck.Of(sentence.Text) is not null).Select(sentence => sentence.Text).ToList();
        Assert.True(alarms.Count <= MostFalseAlarms, string.Join('\n', alarms));
    }

    /// <summary>Nothing was learned from <c>unseen.tsv</c>, and no word of it was read by whoever wrote rules and examples; two constants were
    /// chosen with its figures in view. Not all of it is caught: the figures are printed, and must not fall.</summary>
    [Fact]
    public void Of_sentences_nobody_learned_from_most_dangers_are_caught_and_hardly_an_ordinary_one_is_held()
    {
        var unseen = Sentences("unseen.tsv");
        var dangerous = unseen.Where(sentence => sentence.Kind != "none").ToList();
        var caught = dangerous.Count(sentence => SafetyCheck.Of(sentence.Text) is not null);
        var named = dangerous.Count(sentence => NameOf(SafetyCheck.Of(sentence.Text)) == sentence.Kind);
        var alarms = unseen.Count(sentence => sentence.Kind == "none" && SafetyCheck.Of(sentence.Text) is not null);
        output.WriteLine(
            $"{caught} of {dangerous.Count} caught, {named} by their kind; {alarms} false alarms in {unseen.Length - dangerous.Count}"
        );
        Assert.True(caught >= 0.88 * dangerous.Count, $"{caught} caught");
        Assert.True(alarms <= 0.01 * (unseen.Length - dangerous.Count), $"{alarms} false alarms");
    }

    private static (string Kind, string Text)[] Sentences(string file) =>
        [
            .. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Safety", file))
                .Select(line => line.Split('\t'))
                .Select(parts => (parts[0], parts[1])),
        ];

    private static string NameOf(SafetyWarning? warning) =>
        warning switch
        {
            null => "none",
            { Kind: SafetyKind.Epidemic, Among: Among.People } => "epidemic_people",
            { Kind: SafetyKind.Epidemic } => "epidemic_animal",
            { Kind: SafetyKind.Medical } => "medical",
            { Kind: SafetyKind.SelfHarm } => "self_harm",
            { Kind: SafetyKind.ElectricShock } => "electric_shock",
            _ => "wage_arrears",
        };
}
