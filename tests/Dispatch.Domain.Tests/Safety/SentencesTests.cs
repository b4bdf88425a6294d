using Dispatch.Domain.Safety;
using Xunit;

namespace Dispatch.Domain.Tests.Safety;

/// <summary>The sentences of <c>sentences.tsv</c>, written by somebody who did not know the rules: the kind, a tab, the text.</summary>
public sealed class SentencesTests
{
    private const int MostFalseAlarms = 2;

    private static readonly (string Kind, string Text)[] Written =
    [
        .. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Safety", "sentences.tsv"))
            .Select(line => line.Split('\t'))
            .Select(parts => (parts[0], parts[1])),
    ];

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
