using Dispatch.Domain.Safety;
using Xunit;

namespace Dispatch.Domain.Tests.Safety;

public sealed class SafetyCheckTests
{
    [Theory]
    [InlineData("一周内连死七头大猪，皮肤发紫，邻村也有，该怎么办？", SafetyKind.Epidemic)]
    [InlineData("鸡一夜之间死了几十只，口鼻流血", SafetyKind.Epidemic)]
    [InlineData("怀疑是非洲猪瘟，圈里还有三十头", SafetyKind.Epidemic)]
    [InlineData("食堂吃完饭十几个人上吐下泻", SafetyKind.Epidemic)]
    [InlineData("老人胸口痛一小时还在冒冷汗，医疗服务队能不能马上来？", SafetyKind.Medical)]
    [InlineData("我爸突然说不出话嘴歪了", SafetyKind.Medical)]
    [InlineData("工友喷药后昏迷叫不醒", SafetyKind.Medical)]
    [InlineData("觉得活着没意思，好几天没睡，不想让家里人知道。", SafetyKind.SelfHarm)]
    [InlineData("欠了一屁股债真的不想活了", SafetyKind.SelfHarm)]
    [InlineData("唔想做人喇", SafetyKind.SelfHarm)]
    [InlineData("洗澡时摸到水龙头发麻，是不是漏电？现在已经把闸拉了。", SafetyKind.ElectricShock)]
    [InlineData("昨天有人触电了，电工能不能来查线路", SafetyKind.ElectricShock)]
    [InlineData("干了四个月包工头一直不发工资，大家有二十多人。", SafetyKind.WageArrears)]
    [InlineData("老板拖欠我们三个月工资", SafetyKind.WageArrears)]
    public void Danger_is_seen_and_named(string text, SafetyKind kind) => Assert.Equal(kind, SafetyCheck.Of(text)?.Kind);

    [Theory]
    [InlineData("电死机了，重启也没用")]
    [InlineData("想死你们了，什么时候再来讲课")]
    [InlineData("猪瘟疫苗打完了，接下来怎么消毒？")]
    [InlineData("小猪一窝十二头拉黄水，两天死了三头，求尽快来看。")]
    [InlineData("家里母牛产后不吃食，镇上兽医忙不过来，请人尽快来看看。")]
    [InlineData("想扩种化橘红，但听说密植以后炭疽多，该怎么规划？")]
    [InlineData("结核病防治日想在街口做宣传，需要医护人员发手册、答疑并义诊。")]
    [InlineData("村里老房子线路老化老跳闸，家里电饭煲也坏了")]
    [InlineData("最近夜班压力大、睡不好，想找心理咨询服务队聊一聊，希望保密。")]
    [InlineData("想请人来讲一次触电急救培训")]
    [InlineData("没有人触电，只是跳闸")]
    [InlineData("工资系统报表打不开")]
    [InlineData("猕猴桃枝干流红褐色水，几株已经枯了，会不会是溃疡病，要不要砍？")]
    [InlineData("这几天热死了，棚里菌棒发软")]
    [InlineData("牛抽搐倒地")]
    [InlineData("发动机开到一半昏过去了，油路也查过")]
    [InlineData("村里地处心脏地带，想搞旅游")]
    [InlineData("刀具死了，换一把还是崩")]
    [InlineData("漏电保护器安装，两户")]
    [InlineData("去年触电那户早已修好")]
    [InlineData("")]
    public void Harmless_words_raise_no_alarm(string text) => Assert.Null(SafetyCheck.Of(text));

    [Theory]
    [InlineData("鸡一夜之间死了几十只", Among.Animals, "12316")]
    [InlineData("宿舍十几个人同时发烧出疹子", Among.People, "12320")]
    public void An_epidemic_is_reported_to_the_office_of_those_who_are_ill(string text, Among among, string call)
    {
        var warning = SafetyCheck.Of(text)!;
        Assert.Equal((among, call), (warning.Among, warning.Call));
    }

    [Theory]
    [InlineData("机器没反应了", null)]
    [InlineData("师傅没反应了", SafetyKind.Medical)]
    [InlineData("水泵喘不上气", null)]
    [InlineData("老人喘不上气", SafetyKind.Medical)]
    [InlineData("猪口吐白沫", null)]
    [InlineData("喂猪的老人口吐白沫", SafetyKind.Medical)]
    public void What_a_body_suffers_counts_where_the_body_is_a_persons(string text, SafetyKind? kind) =>
        Assert.Equal(kind, SafetyCheck.Of(text)?.Kind);

    [Theory]
    [InlineData("没人触电", null)]
    [InlineData("防止触电", null)]
    [InlineData("触电事故的宣传册", null)]
    [InlineData("去年有人触电", null)]
    [InlineData("去年有人触电，今年又有人触电了", SafetyKind.ElectricShock)]
    public void Denied_prevented_taught_or_past_is_quiet_until_it_happens_again(string text, SafetyKind? kind) =>
        Assert.Equal(kind, SafetyCheck.Of(text)?.Kind);

    [Theory]
    [InlineData("老板不发工资", "不发", "工资")]
    [InlineData("奶奶昏迷不醒", "昏迷不醒")]
    [InlineData("有人觸電", "觸電")]
    public void The_words_that_decided_it_are_quoted_as_they_were_written(string text, params string[] because) =>
        Assert.Equal(because, SafetyCheck.Of(text)!.Because);

    [Theory]
    [InlineData("不 想 活 了")]
    [InlineData("有人觸電")]
    [InlineData("ＳＵＩＣＩＤＥ")]
    public void Blanks_width_and_traditional_characters_hide_nothing(string text) => Assert.NotNull(SafetyCheck.Of(text));

    [Theory]
    [InlineData(SafetyKind.Epidemic, true, "12316")]
    [InlineData(SafetyKind.Medical, true, "120")]
    [InlineData(SafetyKind.SelfHarm, true, "12356")]
    [InlineData(SafetyKind.ElectricShock, false, "95598")]
    [InlineData(SafetyKind.WageArrears, false, "12351")]
    public void Each_kind_says_whether_it_blocks_and_whom_to_call(SafetyKind kind, bool blocks, string call)
    {
        var warning = SafetyWarning.Of(kind, Among.Animals);
        Assert.Equal(blocks, warning.Blocks);
        Assert.Equal(call, warning.Call);
        Assert.Contains(call, warning.Zh, StringComparison.Ordinal);
        Assert.Contains(call, warning.En, StringComparison.Ordinal);
    }
}
