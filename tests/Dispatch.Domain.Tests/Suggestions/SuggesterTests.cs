using Dispatch.Domain.Requests;
using Dispatch.Domain.Suggestions;
using Dispatch.Domain.Visits;
using Xunit;

namespace Dispatch.Domain.Tests.Suggestions;

public sealed class SuggesterTests
{
    [Theory]
    [InlineData("猕猴桃树干流红水，是不是溃疡病", "agr-kiwi")]
    [InlineData("柚子叶子上有溃疡病斑，怎么打药", "agr-citrus")]
    [InlineData("黄瓜叶子得了霜霉病", "agr-veg")]
    [InlineData("葡萄得了霜霉病，一串串烂", "agr-grape")]
    [InlineData("山上松树一片片枯死，怀疑松材线虫", "for-protect")]
    [InlineData("叶子背面一层白粉，喷了药又长，到底什么病", "agr-plantprot")]
    public void A_disease_belongs_to_many_crops_and_the_crop_decides(string text, string main) => Assert.Equal(main, MainOf(text));

    [Theory]
    [InlineData("文旦要进商超，要做农残检测", "foo-test")]
    [InlineData("文旦放不住，想建个小冷库", "foo-fruit")]
    [InlineData("文旦想在抖音直播带货，没人会", "ict-ecom")]
    [InlineData("暴雨把文旦园淹了，水还没退", "agr-disaster")]
    [InlineData("文旦叶子发黄，根也烂了", "agr-citrus")]
    public void What_is_wanted_can_outweigh_the_thing_it_is_wanted_for(string text, string main) => Assert.Equal(main, MainOf(text));

    [Theory]
    [InlineData("我屋里个文旦树叶子黄塌塌，侬叫个师傅来望望好伐", "agr-citrus")]
    [InlineData("我哋條村啲荔枝唔開花，想搵師傅睇下", "agr-tropfruit")]
    [InlineData("屋企個雪櫃唔凍，搵人整", "pow-appliance")]
    [InlineData("娃儿他爸喂的猪儿拉稀，啷个办嘛", "liv-vet")]
    public void Dialect_and_traditional_characters_are_read(string text, string main) => Assert.Equal(main, MainOf(text));

    [Theory]
    [InlineData("葡桃裂果多", "agr-grape")]
    [InlineData("变鸭器嗡嗡响", "pow-line")]
    [InlineData("混泥土浇完就开裂塌落度也不对", "chm-concrete")]
    [InlineData("军棒不出菇", "agr-fungi")]
    public void Slips_of_voice_input_are_read(string text, string main) => Assert.Equal(main, MainOf(text));

    [Theory]
    [InlineData("我家的香菇菌棒放在棚里一个礼拜了料面发绿也不出菇想请师傅过来看看怎么弄", "agr-fungi")]
    [InlineData("加工中心上的刀一把做不到一百件就崩刃换了好几种刀片都不行", "mec-tool")]
    public void Voice_text_without_punctuation_is_read(string text, string main) => Assert.Equal(main, MainOf(text));

    [Theory]
    [InlineData("ＰＬＣ老报警，ＨＭＩ通讯中断", "aut-plc")]
    [InlineData("plc通讯断了", "aut-plc")]
    [InlineData("AGV走到RRU附近掉线，VSWR告警", "ict-5g")]
    public void Width_and_case_make_no_difference(string text, string main) => Assert.Equal(main, MainOf(text));

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("。。。！！！")]
    [InlineData("帮我。")]
    [InlineData("师傅你好，帮帮忙")]
    [InlineData("代开发票，加微信，技术服务费低至三个点。")]
    [InlineData("植保无人机电池鼓包、飞控报错，厂家在外地，哪里有人会修？")]
    [InlineData("想拍一套婚纱照，有没有好的婚纱摄影推荐")]
    [InlineData("护照过期了怎么换")]
    [InlineData("今天天气不错")]
    [InlineData("abcdefg 12345")]
    [InlineData("\ud83d\ude00\ud800")]
    public void What_nobody_can_tell_gives_no_skill(string text) => Assert.Empty(Seeds.Suggester.Read(text).Skills);

    [Theory]
    [InlineData("不是电路问题，是电视没图像", "pow-appliance")]
    [InlineData("不用修空调，是家里老跳闸", "pow-rural")]
    public void What_is_denied_is_not_wanted(string text, string main) => Assert.Equal(main, MainOf(text));

    [Theory]
    [InlineData("李师傅在吗")]
    [InlineData("牛皮纸和鸡毛蒜皮的事")]
    [InlineData("他这人就爱吹牛，一窝蜂跟着")]
    public void A_word_inside_a_name_or_a_saying_means_nothing(string text) => Assert.Empty(Seeds.Suggester.Read(text).Skills);

    [Fact]
    public void The_words_that_decided_are_given_as_written()
    {
        var citrus = Seeds.Suggester.Read("家裡文旦園葉子發黃").Skills;
        Assert.Equal("agr-citrus", citrus[0].Code);
        Assert.Contains("文旦園", citrus[0].Because);
        Assert.All(
            Seeds.Suggester.Read("ＰＬＣ報警").Skills[0].Because,
            word => Assert.Contains(word, "ＰＬＣ報警", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void At_most_five_skills_are_said_the_surest_first_each_once()
    {
        var skills = Seeds.Suggester.Read("文旦葡萄香菇猪牛鱼塘PLC机器人焊接电费直播芯片混凝土钢结构陶瓷血压心理律师宣讲培训").Skills;
        Assert.InRange(skills.Count, 1, 5);
        Assert.Equal(skills.Count, skills.Select(skill => skill.Code).Distinct(StringComparer.Ordinal).Count());
        Assert.All(skills, skill => Assert.InRange(skill.Confidence, 0, 1));
    }

    [Theory]
    [InlineData("文旦采下来两个月就干瘪，想建个小冷库，再把网店开起来，麻烦分别派人。", "foo-fruit", "ict-ecom")]
    [InlineData("香菇菌棒发绿想请人看看。另外家里老跳闸，也要请电工来检修。", "agr-fungi", "pow-rural")]
    [InlineData("一是数控机床老撞刀，二是车间废水超标，要请两拨人", "mec-cnc", "chm-env")]
    public void Two_jobs_in_one_text_are_proposed_as_parts(string text, string one, string other)
    {
        var parts = Seeds.Suggester.Read(text).Parts;
        Assert.Equal([one, other], parts.Select(part => part.Skills[0].Code));
        Assert.All(parts, part => Assert.Contains(part.Text, text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("家里文旦园有几棵树长势不好，叶子发黄、果子也小，不知道是根的问题还是病，能不能派人来园里看一下。")]
    [InlineData("干江这边几家企业都有老式专机，人工上下料太慢，想请人帮忙做非标自动化改造，并教会我们自己的机修。")]
    [InlineData("注塑件低温一摔就裂，换过牌号还是不行，请材料和模具师傅一起看。")]
    [InlineData("今年用能指标紧，想请供电的劳模团队帮我们做电量监测，合理排产，还想问问缓交电费政策。")]
    [InlineData("冬种马铃薯怕霜冻，去年冻坏一片；今年想请人来田头讲怎么防寒防霜，顺便看看虫害和怎么增产。")]
    [InlineData("另外")]
    public void One_job_that_needs_several_skills_stays_one(string text) => Assert.Empty(Seeds.Suggester.Read(text).Parts);

    [Theory]
    [InlineData("昨晚暴雨把菜地全淹了，求马上来人", Urgency.Emergency)]
    [InlineData("蟹塘早上浮头", Urgency.Emergency)]
    [InlineData("母牛产后不吃食，请尽快来看看", Urgency.High)]
    [InlineData("想学养小蜗牛", Urgency.Low)]
    [InlineData("香菇出菇不齐，想请师傅指导", Urgency.Normal)]
    public void Urgency_is_read_from_the_words(string text, Urgency urgency) => Assert.Equal(urgency, Seeds.Suggester.Read(text).Urgency);

    [Theory]
    [InlineData("想请外省团队线上讲一次镜头装配", VisitForm.Remote)]
    [InlineData("想点一场宣讲", VisitForm.Lecture)]
    [InlineData("请师傅现场会诊刀具磨损", VisitForm.Consultation)]
    [InlineData("希望办茶艺培训班", VisitForm.Training)]
    [InlineData("文旦叶子发黄", VisitForm.OnSite)]
    public void The_form_is_read_from_the_words(string text, VisitForm form) => Assert.Equal(form, Seeds.Suggester.Read(text).Form);

    [Fact]
    public void The_same_text_is_read_the_same_from_many_threads_and_from_a_lexicon_in_another_order()
    {
        var texts = new[] { "文旦叶子发黄", "数控机床撞刀，另外家里老跳闸", "葡萄裂果，想学修剪", "不知所云" };
        var expected = texts.Select(Said).ToList();
        Parallel.For(0, 64, i => Assert.Equal(expected[i % texts.Length], Said(texts[i % texts.Length])));

        var other = new Suggester([.. Seeds.Lexicon.Reverse()]);
        Assert.Equal(
            expected,
            texts.Select(text => string.Join(' ', other.Read(text).Skills.Select(skill => $"{skill.Code}:{skill.Confidence}")))
        );
    }

    [Fact]
    public void Reading_allocates_in_proportion_to_the_text()
    {
        const string unit = "文旦叶子发黄不是电路问题石灰撒过了没用另外机床撞刀，";
        var once = Allocated(string.Concat(Enumerable.Repeat(unit, 20)));
        var tenTimes = Allocated(string.Concat(Enumerable.Repeat(unit, 200)));
        Assert.InRange(tenTimes, once, 14 * once);
    }

    [Fact]
    public void An_empty_lexicon_says_nothing()
    {
        var suggestion = new Suggester([]).Read("文旦叶子发黄");
        Assert.Empty(suggestion.Skills);
        Assert.Empty(suggestion.Parts);
        Assert.Null(suggestion.Mode);
    }

    private static long Allocated(string text)
    {
        Seeds.Suggester.Read(text);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Seeds.Suggester.Read(text);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static string? MainOf(string text) => Seeds.Suggester.Read(text).Skills is [var main, ..] ? main.Code : null;

    private static string Said(string text) =>
        string.Join(' ', Seeds.Suggester.Read(text).Skills.Select(skill => $"{skill.Code}:{skill.Confidence}"));
}
