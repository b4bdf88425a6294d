using System.Diagnostics;
using Dispatch.Domain.Requests;
using Xunit;

namespace Dispatch.Domain.Tests.Requests;

public sealed class PersonalDataTests
{
    [Theory]
    [InlineData("李师傅电话13800138000", "某师傅电话***")]
    [InlineData("打0576-83123456找他", "打***找他")]
    [InlineData("电话一三八零零一三八零零零", "电话***")]
    [InlineData("身份证33102119800101123X", "身份证***")]
    [InlineData("加微信：orchard_88", "加微信：***")]
    [InlineData("发到 a.b@example.com 即可", "发到 *** 即可")]
    [InlineData("住在幸福小区3栋2单元", "住某小区******")]
    [InlineData("清港镇上园村8号", "某镇某村***")]
    [InlineData("王建国厂长说先停机", "某厂长说先停机")]
    [InlineData("老王家的果园", "某家的果园")]
    [InlineData("我叫赵铁柱，种柚子", "我叫某，种柚子")]
    public void What_points_to_a_person_or_a_house_is_taken_out(string text, string masked) =>
        Assert.Equal(masked, PersonalData.MaskIn(text, []));

    [Theory]
    [InlineData("土壤pH 5.2，每亩施石灰75公斤，叶面补镁两次。")]
    [InlineData("主轴转速2400转，进给0.12，换涂层刀片后一把刀做120件。")]
    [InlineData("开沟排水，根系积水，缺镁，隔7天再看。")]
    [InlineData("供电线路老化，换了空气开关，老树要更新。")]
    [InlineData("黄叶是缺铁，不是病。")]
    public void What_was_found_and_done_stays(string text) => Assert.Equal(text, PersonalData.MaskIn(text, []));

    [Fact]
    public void Known_names_and_addresses_go_to_the_letter_whatever_they_look_like()
    {
        var masked = PersonalData.MaskIn(
            "到文旦种植户甲家（清港 桥头第三个门）看过",
            ["文旦种植户甲", "清港 桥头第三个门", null, " ", "家"]
        );
        Assert.Equal("到某家（某）看过", masked);
    }

    [Theory]
    [InlineData('村')]
    [InlineData('九')]
    [InlineData('a')]
    [InlineData('1')]
    [InlineData('王')]
    public void The_longest_text_is_masked_in_time(char letter)
    {
        var clock = Stopwatch.StartNew();
        PersonalData.MaskIn(new string(letter, 4000), []);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(2), clock.Elapsed.ToString());
    }
}
