using Dispatch.Domain.Suggestions;
using Xunit;

namespace Dispatch.Domain.Tests.Suggestions;

public sealed class LexiconTests
{
    private static readonly string[] Skills =
    [
        .. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "seeds", "skills.csv"))
            .Skip(1)
            .Select(line => line.Split(',')[0])
            .Where(code => code.Contains('-', StringComparison.Ordinal)),
    ];

    [Fact]
    public void Every_skill_has_at_least_60_words()
    {
        var words = Seeds.Lexicon.Where(entry => entry.Skill is not null).ToLookup(entry => entry.Skill!, entry => entry.Words.Count);
        Assert.All(Skills, code => Assert.True(words[code].Sum() >= 60, $"{code} has {words[code].Sum()}"));
        Assert.Empty(words.Select(skill => skill.Key).Except(Skills, StringComparer.Ordinal));
    }

    [Fact]
    public void No_role_names_a_word_twice_for_a_skill_and_no_word_is_empty() =>
        Assert.All(
            Seeds.Lexicon,
            entry =>
            {
                Assert.DoesNotContain("", entry.Words);
                Assert.Equal(entry.Words.Count, entry.Words.Distinct(StringComparer.Ordinal).Count());
            }
        );

    [Fact]
    public void The_words_of_a_skill_belong_to_it_and_other_roles_to_none() =>
        Assert.All(Seeds.Lexicon, entry => Assert.Equal(entry.Role <= WordRole.Hint, entry.Skill is not null));

    [Fact]
    public void Characters_are_pairs_and_companions_are_skills()
    {
        Assert.All(Words(WordRole.Character), pair => Assert.Equal(2, pair.Length));
        Assert.All(Words(WordRole.Companion), code => Assert.Contains(code, Skills));
    }

    private static IEnumerable<string> Words(WordRole role) =>
        Seeds.Lexicon.Where(entry => entry.Role == role).SelectMany(entry => entry.Words);
}
