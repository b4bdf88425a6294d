using Dispatch.Domain.Requests;
using Xunit;

namespace Dispatch.Domain.Tests.Requests;

public sealed class PostalAddressTests
{
    [Theory]
    [InlineData("清港镇", "清港镇")]
    [InlineData("清港镇上园村8号", "清港镇上园村")]
    [InlineData("浙江省玉环市楚门镇南兴东路88号", "浙江省玉环市楚门镇")]
    [InlineData("玉环市清港镇 垟根村 12组老槐树旁", "玉环市清港镇 垟根村")]
    [InlineData("龙泉市剑池街道华楼街3号", "龙泉市剑池街道")]
    [InlineData("广西壮族自治区灵山县佛子镇睦象村委", "广西壮族自治区灵山县佛子镇")]
    [InlineData("芦浦镇道头社区3栋2单元501", "芦浦镇道头社区")]
    [InlineData("内蒙古自治区鄂温克族自治旗巴彦托海镇", "内蒙古自治区鄂温克族自治旗巴彦托海镇")]
    [InlineData("大麦屿街道新园工业区B座", "大麦屿街道新园工业区")]
    public void Street_and_house_are_taken_off(string address, string village) => Assert.Equal(village, PostalAddress.Village(address));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("南兴东路88号")]
    [InlineData("阳光小区3栋2单元")]
    [InlineData("菜市场对面")]
    [InlineData("12号楼501")]
    [InlineData("老王家果园")]
    public void Where_no_place_is_named_nothing_is_left(string? address) => Assert.Null(PostalAddress.Village(address));
}
