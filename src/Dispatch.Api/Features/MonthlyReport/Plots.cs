using Dispatch.Api.Http;

namespace Dispatch.Api.Features.MonthlyReport;

/// <summary>The two kinds of drawing of a report, as SVG: no script, no style of their own, only classes.</summary>
internal static class Plots
{
    private const double Width = 720;
    private const double Height = 236;
    private const double Left = 44;
    private const double Right = 44;
    private const double Top = 22;
    private const double Bottom = 30;
    private const int Lines = 4;
    private const double BarShare = 0.56;
    private const double BarRow = 24;
    private const double NameWidth = 190;
    private const double ValueWidth = 96;
    private const double Letter = 11;

    /// <summary>Bars by the scale on the left, a line by the one on the right.</summary>
    /// <param name="title">What it shows, for whoever cannot see it.</param>
    public static Markup BarsAndLine(
        string title,
        IReadOnlyList<string> names,
        IReadOnlyList<decimal> bars,
        IReadOnlyList<decimal> line,
        Func<decimal, string> written
    )
    {
        var (barTop, lineTop) = (Ceiling(bars.Max()), Ceiling(line.Max()));
        var step = (Width - Left - Right) / names.Count;
        var points = line.Select((value, at) => (X: Left + step * (at + 0.5), Y: Y(value, lineTop))).ToList();
        return Markup.Of(
            $"""
            <svg class="plot" viewBox="0 0 {Width} {Height}" role="img"><title>{title}</title>
            {Markup.Each(Enumerable.Range(0, Lines + 1), Grid)}
            {Markup.Each(bars.Select((value, at) => (value, at)), bar => Bar(bar.value, bar.at))}
            <path class="line" d="{string.Join(
                ' ',
                points.Select((p, at) => FormattableString.Invariant($"{(at == 0 ? 'M' : 'L')}{p.X:0.##} {p.Y:0.##}"))
            )}"/>
            {Markup.Each(points, p => Markup.Of($"""<circle class="dot" cx="{p.X}" cy="{p.Y}" r="3.2"/>"""))}
            {Markup.Each(names.Select((name, at) => (name, at)), Name)}
            </svg>
            """
        );

        Markup Grid(int at)
        {
            var y = Height - Bottom - (Height - Top - Bottom) * at / Lines;
            return Markup.Of(
                $"""
                <line class="{(at == 0 ? "axis" : "grid")}" x1="{Left}" x2="{Width - Right}" y1="{y}" y2="{y}"/>
                <text class="scale end" x="{Left - 6}" y="{y + 3.5}">{written(barTop * at / Lines)}</text>
                <text class="scale line-scale" x="{Width - Right + 6}" y="{y + 3.5}">{written(lineTop * at / Lines)}</text>
                """
            );
        }

        Markup Bar(decimal value, int at)
        {
            var (x, y, wide) = (Left + step * (at + (1 - BarShare) / 2), Y(value, barTop), step * BarShare);
            return value == 0
                ? Markup.Nothing
                : Markup.Of(
                    $"""
                    <rect class="bar" x="{x}" y="{y}" width="{wide}" height="{Height - Bottom - y}" rx="1.5"/>
                    <text class="value mid" x="{x + wide / 2}" y="{y - 4}">{written(value)}</text>
                    """
                );
        }

        Markup Name((string Name, int At) month) =>
            Markup.Of($"""<text class="scale mid" x="{Left + step * (month.At + 0.5)}" y="{Height - Bottom + 16}">{month.Name}</text>""");

        static double Y(decimal value, decimal top) => Height - Bottom - (Height - Top - Bottom) * (double)(value / top);
    }

    /// <summary>A bar for each, lying, with its name before and its value behind it.</summary>
    public static Markup Bars(string title, IReadOnlyList<(string Name, decimal Value)> bars, Func<decimal, string> written)
    {
        var (most, whole) = (Math.Max(bars.Max(bar => bar.Value), 1), Width - NameWidth - ValueWidth);
        return Markup.Of(
            $"""
            <svg class="plot" viewBox="0 0 {Width} {BarRow * bars.Count + 6}" role="img"><title>{title}</title>
            {Markup.Each(bars.Select((bar, at) => (bar, at)), Row)}
            </svg>
            """
        );

        Markup Row(((string Name, decimal Value) Bar, int At) row)
        {
            var (y, wide) = (row.At * BarRow + 3, whole * (double)(row.Bar.Value / most));
            return Markup.Of(
                $"""
                <text class="name end" x="{NameWidth - 10}" y="{y + 14}">{Short(row.Bar.Name)}</text>
                <rect class="track" x="{NameWidth}" y="{y + 3}" width="{whole}" height="{BarRow - 9}" rx="2"/>
                <rect class="bar" x="{NameWidth}" y="{y + 3}" width="{wide}" height="{BarRow - 9}" rx="2"/>
                <text class="value" x="{NameWidth + wide + 7}" y="{y + 14}">{written(row.Bar.Value)}</text>
                """
            );
        }
    }

    /// <summary>The next number that four lines divide into round steps.</summary>
    private static decimal Ceiling(decimal most)
    {
        var unit = 1m;
        while (true)
        {
            foreach (var step in new[] { 1m, 2m, 5m })
            {
                if (step * unit * Lines >= most)
                {
                    return step * unit * Lines;
                }
            }

            unit *= 10;
        }
    }

    // A Chinese letter is as wide as two others.
    private static string Short(string name)
    {
        var room = (NameWidth - 14) / Letter;
        for (var at = 0; at < name.Length; at++)
        {
            room -= name[at] > '\u2E80' ? 1 : 0.55;
            if (room < 0)
            {
                return name[..Math.Max(0, at - 1)] + "…";
            }
        }

        return name;
    }
}
