using System.Text.Json;
using Dispatch.Domain.Suggestions;
using Dispatch.Domain.Texts;
using Xunit;

namespace Dispatch.Domain.Tests.Suggestions;

public sealed class TeacherTests
{
    private static readonly Example[] Murals =
    [
        new("cra-design", "村里文化墙掉皮想重画"),
        new("cra-design", "文化墙褪色了，想请人重新画"),
        new("cra-design", "村口文化墙要重画，找会画的师傅"),
    ];

    private static readonly ControlFigures Before = Control.Of(Seeds.Suggester);

    [Fact]
    public void The_control_is_the_reference_cases_and_the_unseen_requests_word_for_word()
    {
        var control = Lines("Control.tsv");
        Assert.Equal(Cases("cases.json", "given").Concat(Cases("unseen.json", "unseen")), control);
        Assert.Equal((75, 250), Control.Sizes);
    }

    [Fact]
    public void A_phrase_read_wrongly_is_read_right_afterwards_and_the_control_no_worse()
    {
        const string Told = "文化墙旧了想重画，请问找谁";
        Assert.NotEqual("cra-design", MainOf(Seeds.Suggester, Told));
        var taught = Teacher.Teach(Seeds.Suggester, Murals, Before);
        Assert.True(taught.Accepted);
        Assert.False(taught.Figures.IsBelow(Before));
        Assert.All(Murals, lesson => Assert.Equal(lesson.Label, MainOf(taught.Suggester, lesson.Text)));
        Assert.Equal("cra-design", MainOf(taught.Suggester, Told));
    }

    [Fact]
    public void The_second_half_of_requests_read_wrongly_teaches_what_the_whole_asks_for()
    {
        var wrong = Lines("Control.tsv")
            .Select(line => line.Split('\t'))
            .Where(cells => cells[0] == "unseen" && cells[1] != "none" && MainOf(Seeds.Suggester, cells[2]) != cells[1])
            .Take(20)
            .ToList();
        var lessons = wrong.Select(cells => new Example(cells[1], cells[2][(cells[2].Length / 2)..])).ToList();
        var taught = Teacher.Teach(Seeds.Suggester, lessons, Before);
        Assert.True(taught.Accepted);
        Assert.True(wrong.Count(cells => MainOf(taught.Suggester, cells[2]) == cells[1]) >= 12);
    }

    [Fact]
    public void A_batch_of_wrong_corrections_is_refused()
    {
        var poison = Lines("Control.tsv")
            .Select(line => line.Split('\t'))
            .Where(cells => cells[0] == "unseen" && MainOf(Seeds.Suggester, cells[2]) == cells[1])
            .Take(30)
            .Select(cells => new Example(cells[1] == "cra-pottery" ? "mec-cnc" : "cra-pottery", "请问" + cells[2][..^4]))
            .ToList();
        var taught = Teacher.Teach(Seeds.Suggester, poison, Before);
        Assert.False(taught.Accepted);
        Assert.True(taught.Figures.IsBelow(Before));
    }

    [Fact]
    public void The_same_lessons_make_the_same_reader_again_to_the_digit()
    {
        var taught = Teacher.Teach(Seeds.Suggester, Murals, Before);
        var again = Teacher.Again(Seeds.Suggester, Murals, taught.Firmness);
        Assert.All(
            Lines("Control.tsv").Select(line => line.Split('\t')[2]).Take(60),
            text => Assert.Equal(Said(taught.Suggester, text), Said(again, text))
        );
    }

    [Fact]
    public void What_no_example_is_of_is_not_learned_and_does_no_harm()
    {
        Assert.False(Seeds.Suggester.Learns("none"));
        Assert.False(Seeds.Suggester.Learns("agr-unknown"));
        Assert.True(Seeds.Suggester.Learns("cra-design"));
        var taught = Teacher.Teach(Seeds.Suggester, [new Example("agr-unknown", "不知所云"), new Example("none", "不知所云")], Before);
        Assert.Equal(Before, taught.Figures);
    }

    [Theory]
    [InlineData(-1, 0, 0, 0)]
    [InlineData(0, -1, 0, 0)]
    [InlineData(9, 9, -1, 9)]
    [InlineData(0, 0, 0, -1)]
    public void One_figure_that_falls_is_enough(int givenFirst, int givenThree, int unseenFirst, int unseenThree)
    {
        var figures = new ControlFigures(70, 70, 190, 190);
        var fallen = new ControlFigures(70 + givenFirst, 70 + givenThree, 190 + unseenFirst, 190 + unseenThree);
        Assert.True(fallen.IsBelow(figures));
        Assert.False(figures.IsBelow(figures));
    }

    private static string? MainOf(Suggester suggester, string text) => suggester.Read(text).Skills is [var main, ..] ? main.Code : null;

    private static string Said(Suggester suggester, string text) =>
        string.Join(' ', suggester.Read(text).Skills.Select(skill => $"{skill.Code}:{skill.Confidence}:{string.Concat(skill.Because)}"));

    private static string[] Lines(string name)
    {
        using var reader = new StreamReader(typeof(Control).Assembly.GetManifestResourceStream($"Dispatch.Domain.Suggestions.{name}")!);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static IEnumerable<string> Cases(string file, string kind)
    {
        using var cases = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Suggestions", file)));
        return
        [
            .. cases
                .RootElement.EnumerateArray()
                .Select(each =>
                    $"{kind}\t{each.GetProperty("skills").EnumerateArray().Select(skill => skill.GetString()).FirstOrDefault("none")}\t{each.GetProperty("text_zh").GetString()}"
                ),
        ];
    }
}
