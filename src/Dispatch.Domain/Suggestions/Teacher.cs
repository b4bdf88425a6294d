using Dispatch.Domain.Texts;

namespace Dispatch.Domain.Suggestions;

/// <summary>What came of teaching: the reader, how it reads the control, and how firmly it was taught.</summary>
/// <param name="Firmness">How often each lesson was gone through.</param>
/// <param name="Accepted">No figure of the control is below what it was before.</param>
public sealed record Taught(Suggester Suggester, ControlFigures Figures, int Firmness, bool Accepted);

/// <summary>Teaches confirmed corrections, and accepts what was learned only where nothing else was unlearned.</summary>
public static class Teacher
{
    /// <summary>The newest so many are learned from; more would take longer than a person waits.</summary>
    public const int Most = 20_000;

    // What the words of a text say wrongly takes more than one lesson to outweigh.
    private const int OftenerWhereStillWrong = 8;

    // From firm to gentle. Each lesson moves its neighbours in meaning too; where that costs a text of the control, less is tried.
    private static readonly int[] Firmness = [60, 20, 8];

    /// <summary>The firmest reader that reads the control no worse than before, or the gentlest as refused.</summary>
    /// <param name="shipped">Words and examples, without lessons.</param>
    /// <param name="before">How the reader now in use reads the control.</param>
    public static Taught Teach(Suggester shipped, IReadOnlyList<Example> lessons, ControlFigures before, CancellationToken ct = default)
    {
        var teacher = TradesByExample.Beginning(ct);
        Taught taught = null!;
        foreach (var firmness in Firmness)
        {
            var suggester = Teach(shipped, lessons, firmness, teacher);
            var figures = Control.Of(suggester);
            taught = new Taught(suggester, figures, firmness, !figures.IsBelow(before));
            if (taught.Accepted)
            {
                break;
            }
        }

        return taught;
    }

    /// <summary>The reader that these lessons made once: the same ones make the same again.</summary>
    public static Suggester Again(Suggester shipped, IReadOnlyList<Example> lessons, int firmness, CancellationToken ct = default) =>
        Teach(shipped, lessons, firmness, TradesByExample.Beginning(ct));

    private static Suggester Teach(
        Suggester shipped,
        IReadOnlyList<Example> lessons,
        int firmness,
        Func<IReadOnlyList<Example>, int, TradesByExample> teacher
    )
    {
        var known = lessons.Where(lesson => shipped.Learns(lesson.Label)).ToList();
        var first = shipped.With(teacher(known, firmness));
        var wrong = known.Where(lesson => first.Read(lesson.Text).Skills is not [var main, ..] || main.Code != lesson.Label).ToList();
        return wrong.Count == 0
            ? first
            : shipped.With(teacher([.. known, .. wrong.SelectMany(lesson => Enumerable.Repeat(lesson, OftenerWhereStillWrong))], firmness));
    }
}
