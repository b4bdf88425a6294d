using Dispatch.Domain.Tests.Suggestions;
using Dispatch.Domain.Texts;
using Xunit;

namespace Dispatch.Domain.Tests.Texts;

public sealed class LikenessTests
{
    private const string Yellow = "家里文旦园有几棵树长势不好，叶子发黄、果子也小，能不能派人来园里看一下。";
    private const string YellowAgain = "柚子园里几棵文旦叶子发黄，果子长不大，想请人看看";
    private const string Pests = "文旦树干上有虫眼，掉木屑，怎么治";
    private const string Lathe = "数控机床加工不锈钢件，刀具磨得特别快";

    private static readonly Likeness Likeness = Seeds.Suggester.Likeness;

    [Fact]
    public void A_text_is_like_itself_most_then_like_the_same_trouble_then_like_another_of_the_trade_and_not_like_another_trade()
    {
        Assert.Equal(1, Likeness.Of(Yellow, Yellow), 6);
        Assert.Equal(0, Likeness.Of(Yellow, Lathe), 2);
        Assert.True(Likeness.Of(Yellow, YellowAgain) > Likeness.Of(Yellow, Pests));
        Assert.Equal(Likeness.Of(Yellow, YellowAgain), Likeness.Of(YellowAgain, Yellow), 9);
        Assert.Equal(0, Likeness.Of("", Yellow));
        Assert.Equal(0, Likeness.Of("。", "。"));
    }

    [Fact]
    public void Fewer_bits_of_the_sketches_differ_the_more_alike_the_texts_are()
    {
        int Differing(string other) => Likeness.SketchOf(Yellow).DifferingBits(Likeness.SketchOf(other));
        Assert.Equal(0, Differing(Yellow));
        Assert.True(Differing(YellowAgain) < Differing(Pests));
        Assert.InRange(Differing(Lathe), 90, 166);
    }

    /// <summary>The angle between two texts is the share of differing bits, give or take what 256 throws of a coin leave open.</summary>
    [Fact]
    public void A_sketch_tells_the_cosine_within_what_256_bits_can_tell()
    {
        var texts = new[] { Yellow, YellowAgain, Pests, Lathe, Yellow + Pests, Yellow[..20], Lathe + YellowAgain };
        foreach (var one in texts)
        {
            foreach (var other in texts)
            {
                var told = Math.Cos(Math.PI * Likeness.SketchOf(one).DifferingBits(Likeness.SketchOf(other)) / Sketch.Bits);
                Assert.InRange(told, Likeness.Of(one, other) - 0.3, Likeness.Of(one, other) + 0.3);
            }
        }
    }

    [Fact]
    public void Width_case_and_marks_make_no_difference_to_a_sketch() =>
        Assert.Equal(Likeness.SketchOf("ＰＬＣ报警，停机！"), Likeness.SketchOf("plc报警。停机"));
}
