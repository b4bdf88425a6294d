using System.Diagnostics;
using System.Text;
using Dispatch.Domain.Suggestions;

namespace Dispatch.Benchmarks;

/// <summary>Text to skills, 200 characters, beside one pass over the same text that puts its pairs of characters into a hash set.</summary>
internal static class TextCommand
{
    private const int Characters = 200;
    private const int WarmUps = 20_000;
    private const int Rounds = 9;
    private const int PerRound = 5_000;

    private const string Told =
        "家里文旦园有几棵树长势不好，叶子发黄、果子也小，不知道是根的问题还是病。去年撒过石灰也没用，隔壁几十户也有同样问题。"
        + "另外村里老房子线路老化老跳闸，电饭煲也坏了，能不能请电力师傅下村检修一次。合作社还想做直播，但没人会选品和运营，也想带带返乡青年。"
        + "车间那台数控机床加工不锈钢件的时候刀具磨得特别快，一把刀做不到一百件，成本压不下来，请师傅现场会诊，最好这周内能来，谢谢各位师傅帮忙看看。";

    public static async Task<int> Run(Options options)
    {
        options.Allow();
        await using var reference = await Reference.Load();
        var suggester = reference.Suggester;
        var text = new StringBuilder().Insert(0, Told, 2).ToString()[..Characters];
        Console.WriteLine($"{Machine.Described()}; {text.Length} characters, medians of {Rounds} rounds in turn, microseconds");
        var pairs = new List<double>();
        var strings = new List<double>();
        var skills = new List<double>();
        for (var round = -1; round < Rounds; round++)
        {
            var times = round < 0 ? WarmUps : PerRound;
            var (ofPairs, ofStrings, ofSkills) = (
                Time(() => PairsOf(text), times),
                Time(() => StringPairsOf(text), times),
                Time(() => suggester.Read(text).Skills.Count, times)
            );
            if (round >= 0)
            {
                pairs.Add(ofPairs);
                strings.Add(ofStrings);
                skills.Add(ofSkills);
            }
        }

        var (skillsTime, pairsTime, stringsTime) = (Quantile.Median(skills), Quantile.Median(pairs), Quantile.Median(strings));
        Console.WriteLine($"text to skills                      {skillsTime, 8:F2}");
        Console.WriteLine($"hash set of pairs (two in an int)   {pairsTime, 8:F2}   ratio {skillsTime / pairsTime:F1} (goal at most 5)");
        Console.WriteLine($"hash set of pairs (strings)         {stringsTime, 8:F2}   ratio {skillsTime / stringsTime:F1}");
        Console.WriteLine($"said: {string.Join(' ', suggester.Read(text).Skills.Select(skill => $"{skill.Code}:{skill.Confidence:F2}"))}");
        return 0;
    }

    private static double Time(Func<int> work, int times)
    {
        var start = Stopwatch.GetTimestamp();
        var sum = 0;
        for (var i = 0; i < times; i++)
        {
            sum += work();
        }

        return sum < 0 ? 0 : Stopwatch.GetElapsedTime(start).TotalMicroseconds / times;
    }

    private static int PairsOf(string text)
    {
        var pairs = new HashSet<int>();
        for (var i = 0; i + 1 < text.Length; i++)
        {
            pairs.Add((text[i] << 16) | text[i + 1]);
        }

        return pairs.Count;
    }

    private static int StringPairsOf(string text)
    {
        var pairs = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i + 1 < text.Length; i++)
        {
            pairs.Add(text.Substring(i, 2));
        }

        return pairs.Count;
    }
}
