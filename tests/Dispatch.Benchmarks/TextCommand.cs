using System.Diagnostics;
using Dispatch.Domain.Suggestions;

namespace Dispatch.Benchmarks;

/// <summary>Text to skills, 200 characters, beside one pass over the same text that puts its pairs of characters into a hash set.</summary>
internal static class TextCommand
{
    private const int Characters = 200;
    private const int WarmUps = 20_000;
    private const int Rounds = 9;
    private const int PerRound = 5_000;

    private const string OneJob =
        "家里文旦园有几棵树长势不好，叶子发黄、果子也小，不知道是根的问题还是病。去年撒过石灰也没用，隔壁几十户也有同样问题，镇上农技员来看过一次，"
        + "说可能是缺镁，也可能是线虫，开了两种药打下去没见好转。今年春梢抽得稀稀拉拉，花开得多坐果少，六月份又落了一地青果，老树的枝干上还有流胶。"
        + "合作社里二十多户都想听听，能不能请懂行的师傅来园里看一下，顺便讲讲施肥和修剪怎么做，最好这周内能来，路有点远要提前说一声，谢谢各位师傅帮忙看看。";

    private const string TwoJobs =
        "村里老房子线路老化老跳闸，电饭煲也坏了，能不能请电力师傅下村检修一次，老人户优先，表箱前几天还进过水，大家都怕出事，晚上不敢开空调。"
        + "另外车间那台数控机床加工不锈钢件的时候刀具磨得特别快，一把刀做不到一百件，转速进给也调过，换了三种牌子的刀片都一样，成本压不下来，"
        + "请师傅现场会诊，最好这周内能来，设备说明书和图纸都可以提供，现场有行车和检具，住宿吃饭我们来安排，来之前打个电话，车间主任在厂门口接，谢谢各位师傅帮忙看看。";

    public static async Task<int> Run(Options options)
    {
        options.Allow();
        await using var reference = await Reference.Load();
        var suggester = reference.Suggester;
        Console.WriteLine($"{Machine.Described()}; {Characters} characters, medians of {Rounds} rounds in turn, microseconds");
        Compare("one job", OneJob[..Characters], suggester);
        Compare("two jobs told apart", TwoJobs[..Characters], suggester);
        return 0;
    }

    private static void Compare(string what, string text, Suggester suggester)
    {
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
        Console.WriteLine(
            $"{what}: {string.Join(' ', suggester.Read(text).Skills.Select(skill => $"{skill.Code}:{skill.Confidence:F2}"))}"
        );
        Console.WriteLine($"  text to skills                    {skillsTime, 8:F2}");
        Console.WriteLine($"  hash set of pairs (two in an int) {pairsTime, 8:F2}   ratio {skillsTime / pairsTime:F1} (goal at most 5)");
        Console.WriteLine($"  hash set of pairs (strings)       {stringsTime, 8:F2}   ratio {skillsTime / stringsTime:F1}");
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
