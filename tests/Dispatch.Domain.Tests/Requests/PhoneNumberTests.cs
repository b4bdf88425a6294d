using Dispatch.Domain.Requests;
using Xunit;

namespace Dispatch.Domain.Tests.Requests;

public sealed class PhoneNumberTests
{
    [Theory]
    [InlineData("13800138000", "+8613800138000")]
    [InlineData("138 0013 8000", "+8613800138000")]
    [InlineData("138-0013-8000", "+8613800138000")]
    [InlineData("138.0013.8000", "+8613800138000")]
    [InlineData(" +86 138 0013 8000 ", "+8613800138000")]
    [InlineData("(+86) 13800138000", "+8613800138000")]
    [InlineData("008613800138000", "+8613800138000")]
    [InlineData("8613800138000", "+8613800138000")]
    [InlineData("１３８００１３８０００", "+8613800138000")]
    [InlineData("＋８６　１３８－００１３－８０００", "+8613800138000")]
    [InlineData("\u202d13800138000\u202c", "+8613800138000")]
    [InlineData("19900138000", "+8619900138000")]
    [InlineData("0576-87221234", "+8657687221234")]
    [InlineData("（0576）87221234", "+8657687221234")]
    [InlineData("+86 576 8722 1234", "+8657687221234")]
    [InlineData("+86 (0)576 87221234", "+8657687221234")]
    [InlineData("0086-0576-87221234", "+8657687221234")]
    [InlineData("0777-2831234", "+867772831234")]
    [InlineData("010-62551234", "+861062551234")]
    [InlineData("+86 10 6255 1234", "+861062551234")]
    [InlineData("020 83351234", "+862083351234")]
    [InlineData("400-800-1234", "+864008001234")]
    [InlineData("4008-001-234", "+864008001234")]
    [InlineData("+86 400 800 1234", "+864008001234")]
    [InlineData("95588", "+8695588")]
    [InlineData("+86 95598", "+8695598")]
    [InlineData("９５０７１８", "+86950718")]
    [InlineData("95013888", "+8695013888")]
    [InlineData("0955-7012345", "+869557012345")]
    public void A_number_however_written_becomes_international(string text, string number) =>
        Assert.Equal(number, PhoneNumber.Normalize(text));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("1380013800")]
    [InlineData("138001380001")]
    [InlineData("12800138000")]
    [InlineData("10800138000")]
    [InlineData("013800138000")]
    [InlineData("+1 415 555 2671")]
    [InlineData("+8526123 4567")]
    [InlineData("87221234")]
    [InlineData("57687221234")]
    [InlineData("0576-187221234")]
    [InlineData("0576-17221234")]
    [InlineData("0576-872212")]
    [InlineData("0576-872212345")]
    [InlineData("010-6255123")]
    [InlineData("0176-87221234")]
    [InlineData("400-800-123")]
    [InlineData("400-800-12345")]
    [InlineData("0400-8001234")]
    [InlineData("800-810-1234")]
    [InlineData("9558")]
    [InlineData("950138888")]
    [InlineData("095588")]
    [InlineData("0576-95598")]
    [InlineData("96110")]
    [InlineData("12351")]
    [InlineData("138+00138000")]
    [InlineData("++8613800138000")]
    [InlineData("1380013800a")]
    [InlineData("电话13800138000")]
    [InlineData("13800138000\0")]
    [InlineData("13800138000, 13900139000")]
    [InlineData("١٣٨٠٠١٣٨٠٠٠")]
    public void What_is_no_Chinese_line_is_no_number(string? text) => Assert.Null(PhoneNumber.Normalize(text));

    [Theory]
    [InlineData("+8613800138000", "138****8000")]
    [InlineData("13800138000", "138****8000")]
    [InlineData("+8657687221234", "0576****34")]
    [InlineData("+867772831234", "0777****34")]
    [InlineData("+861062551234", "010****34")]
    [InlineData("+862083351234", "020****34")]
    [InlineData("+869557012345", "0955****45")]
    [InlineData("+864008001234", "400****34")]
    [InlineData("95588", "95****")]
    [InlineData("95013888", "95****")]
    [InlineData("no number 1380", "****")]
    [InlineData("", "****")]
    [InlineData(null, "****")]
    public void A_masked_number_shows_too_little_to_be_called(string? number, string masked) =>
        Assert.Equal(masked, PhoneNumber.Mask(number));

    [Theory]
    [InlineData("手机号13800138000，大家有二十多人。", "手机号138****8000，大家有二十多人。")]
    [InlineData("打138 0013 8000或139-0013-9000", "打138****8000或139****9000")]
    [InlineData("１３８００１３８０００", "138****8000")]
    [InlineData("１３８－００１３－８０００找我", "138****8000找我")]
    [InlineData("1 3 8 0 0 1 3 8 0 0 0", "138****8000")]
    [InlineData("+86 13800138000", "+86 138****8000")]
    [InlineData("8613800138000", "86138****8000")]
    [InlineData("0086-138-0013-8000", "0086-138****8000")]
    [InlineData("008613800138000", "0086138****8000")]
    [InlineData("013800138000", "0138****8000")]
    [InlineData("13800138000 13900139000", "138****8000 139****9000")]
    [InlineData("13800138000转801", "138****8000转801")]
    [InlineData("13800138000 3亩", "138****8000 3亩")]
    [InlineData("3亩 13800138000", "3亩 138****8000")]
    public void Mobile_numbers_in_a_text_are_masked(string text, string masked) => Assert.Equal(masked, PhoneNumber.MaskIn(text));

    [Theory]
    [InlineData("")]
    [InlineData("文旦树叶发黄，果子裂了。")]
    [InlineData("2026-06-01 15:10 到 16:40")]
    [InlineData("单号 331083198001011234")]
    [InlineData("单号 33108313800138000")]
    [InlineData("单号 13800138000331083")]
    [InlineData("1380013800")]
    [InlineData("138001380001")]
    [InlineData("12800138000")]
    [InlineData("拨打12351或0576-87221234")]
    [InlineData("1380013\n8000")]
    public void What_is_no_mobile_number_stays_as_written(string text) => Assert.Equal(text, PhoneNumber.MaskIn(text));

    [Fact]
    public void A_long_text_of_digits_is_read_at_once()
    {
        var digits = string.Concat(Enumerable.Repeat("13 ", 20_000));

        Assert.EndsWith("13 ", PhoneNumber.MaskIn(digits), StringComparison.Ordinal);
    }
}
