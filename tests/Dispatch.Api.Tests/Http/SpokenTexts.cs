using System.Text;

namespace Dispatch.Api.Tests.Http;

/// <summary>
/// The Chinese string literals of a C# source: those that stand in a list of arguments with the English of the same text right behind, and
/// those that stand alone. English sentences handed to what speaks to people count as alone when no Chinese stands before them.
/// </summary>
public sealed class SpokenTexts
{
    private static readonly string[] Speakers = ["new", "Text", "Phrase", "Refused", "Says", "Field", "Wrong", "ProblemKind"];

    private readonly string source;
    private readonly List<(int Line, string Words)> alone = [];
    private int paired;
    private int at;

    private SpokenTexts(string source) => this.source = source;

    public static (int Paired, IReadOnlyList<(int Line, string Words)> Alone) In(string source)
    {
        var texts = new SpokenTexts(source);
        var outermost = new Argument();
        texts.Read(outermost);
        texts.Judge([outermost], "");
        return (texts.paired, texts.alone);
    }

    /// <summary>The literals of one argument, those of calls inside it aside.</summary>
    private sealed class Argument
    {
        public List<(int Line, string Words)> Literals { get; } = [];

        /// <summary>Whether words in Latin letters stand anywhere in it.</summary>
        public bool Latin { get; set; }

        public (int Line, string Words)? Chinese =>
            Literals.Where(literal => literal.Words.HasChinese()).Cast<(int, string)?>().FirstOrDefault();

        public bool IsSentence =>
            Literals.Any(literal =>
                literal.Words.TrimEnd().EndsWith('.')
                && literal.Words.Any(char.IsAsciiLetter)
                && literal.Words.Contains(' ', StringComparison.Ordinal)
            );
    }

    private void Read(Argument into, params ReadOnlySpan<char> ends)
    {
        while (at < source.Length && !ends.Contains(source[at]))
        {
            if (Skip("//", "\n") || Skip("/*", "*/") || Character())
            {
                continue;
            }

            if (StartsLiteral(out var marks))
            {
                Literal(into, marks);
            }
            else if (source[at] is '(')
            {
                Call(into);
            }
            else if (source[at] is '{' or '[')
            {
                Block(into, source[at++] is '{' ? '}' : ']');
            }
            else
            {
                at++;
            }
        }
    }

    private void Block(Argument into, char end)
    {
        var inner = new Argument();
        Read(inner, end);
        at++;
        Judge([inner], "");
        into.Latin |= inner.Latin;
    }

    private void Call(Argument into)
    {
        var speaker = NameBefore(at++);
        var arguments = new List<Argument>();
        do
        {
            var argument = new Argument();
            Read(argument, ',', ')');
            arguments.Add(argument);
        } while (at < source.Length && source[at++] == ',');

        into.Latin |= arguments.Exists(argument => argument.Latin);
        if (arguments.Count == 1 && speaker.Length == 0)
        {
            // Brackets around a part of the text.
            into.Literals.AddRange(arguments[0].Literals);
            return;
        }

        Judge(arguments, speaker);
    }

    private void Judge(List<Argument> arguments, string speaker)
    {
        for (var place = 0; place < arguments.Count; place++)
        {
            var argument = arguments[place];
            if (argument.Chinese is { } chinese)
            {
                var english = place + 1 < arguments.Count ? arguments[place + 1] : null;
                if (english is { Latin: true, Chinese: null })
                {
                    paired++;
                    place++;
                }
                else
                {
                    alone.Add(chinese);
                }
            }
            else if (argument.IsSentence && Speakers.Contains(speaker, StringComparer.Ordinal))
            {
                alone.Add(argument.Literals[0]);
                return;
            }
        }
    }

    private bool Skip(string from, string to)
    {
        if (string.CompareOrdinal(source, at, from, 0, from.Length) != 0)
        {
            return false;
        }

        var end = source.IndexOf(to, at + from.Length, StringComparison.Ordinal);
        at = end < 0 ? source.Length : end + to.Length;
        return true;
    }

    private bool Character()
    {
        if (source[at] != '\'')
        {
            return false;
        }

        at += source[at + 1] == '\\' ? 2 : 1;
        at = source.IndexOf('\'', at + 1) + 1;
        return true;
    }

    private bool StartsLiteral(out (bool Verbatim, int Holes, int Quotes) marks)
    {
        var (look, verbatim, holes, quotes) = (at, false, 0, 0);
        for (; look < source.Length && source[look] is '$' or '@'; look++)
        {
            verbatim |= source[look] == '@';
            holes += source[look] == '$' ? 1 : 0;
        }

        for (; look < source.Length && source[look] == '"'; look++)
        {
            quotes++;
        }

        marks = (verbatim, holes, quotes is 2 or > 5 ? 1 : quotes);
        if (quotes == 0)
        {
            return false;
        }

        at = look - (quotes is 2 ? 1 : 0);
        return true;
    }

    // Begins behind the opening quotes.
    private void Literal(Argument into, (bool Verbatim, int Holes, int Quotes) marks)
    {
        var (line, words, closing) = (source.AsSpan(0, at).Count('\n') + 1, new StringBuilder(), new string('"', marks.Quotes));
        while (at < source.Length && string.CompareOrdinal(source, at, closing, 0, closing.Length) != 0)
        {
            if (marks is { Verbatim: false, Quotes: 1 } && source[at] == '\\')
            {
                at += 2;
            }
            else if (marks.Holes > 0 && source[at] == '{' && source[at + 1] != '{')
            {
                at++;
                var inner = new Argument();
                Read(inner, '}');
                at++;
                into.Literals.AddRange(inner.Literals);
                into.Latin |= inner.Latin;
            }
            else
            {
                at += source[at] is '{' && marks.Holes > 0 ? 1 : 0;
                words.Append(source[at++]);
            }
        }

        at += closing.Length;
        var text = words.ToString();
        into.Literals.Add((line, text));
        into.Latin |= !text.HasChinese() && text.Any(char.IsAsciiLetter);
    }

    /// <summary>What is called: empty for brackets around an expression.</summary>
    private string NameBefore(int bracket)
    {
        var end = bracket;
        while (end > 0 && char.IsWhiteSpace(source[end - 1]))
        {
            end--;
        }

        var start = end;
        while (start > 0 && (char.IsLetterOrDigit(source[start - 1]) || source[start - 1] is '_' or '>'))
        {
            start--;
        }

        var name = source[start..end];
        return name is "=>" or "return" or "switch" or "if" or "while" or "in" or "is" or "and" or "or" ? "" : name;
    }
}
