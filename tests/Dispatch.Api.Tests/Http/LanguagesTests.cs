using Dispatch.Api.Http;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Dispatch.Api.Tests.Http;

public sealed class LanguagesTests
{
    [Theory]
    [InlineData("zh-CN")]
    [InlineData("zh")]
    [InlineData("zh-TW")]
    [InlineData("ZH-hans-CN")]
    [InlineData("zh_CN")]
    [InlineData("zh-CN,zh;q=0.9,en;q=0.8")]
    [InlineData("zh,en")]
    [InlineData("en;q=0.8, zh;q=0.9")]
    [InlineData("fr")]
    [InlineData("fr, de;q=0.5")]
    [InlineData("enm")]
    [InlineData("*")]
    [InlineData("*, en")]
    [InlineData("*;q=0")]
    [InlineData("en;q=0")]
    [InlineData("en;q=0, *;q=0.5")]
    [InlineData("en;q=0.4, *;q=0.5")]
    [InlineData("fr;q=0, en;q=0")]
    [InlineData("")]
    [InlineData(",, ;")]
    [InlineData("en;q=high")]
    [InlineData("en;q=7")]
    [InlineData("文")]
    public void It_is_Chinese_unless_English_is_preferred(string accepted) => Assert.Equal(Language.Chinese, Of(accepted));

    [Theory]
    [InlineData("en")]
    [InlineData("en-GB")]
    [InlineData("EN-us")]
    [InlineData("en_US")]
    [InlineData("en,zh")]
    [InlineData("en, *")]
    [InlineData("de,en;q=0.5,zh;q=0.1")]
    [InlineData("en;q=0.001")]
    [InlineData("en;q=0.6, *;q=0.5")]
    [InlineData("en-GB;q=0.2, en;q=0.9, zh;q=0.8")]
    [InlineData("zh;q=0.2, *;q=0.5, en;q=0.3")]
    [InlineData("zh;q=0")]
    [InlineData("zh;q=0, *")]
    [InlineData("en;q=0, en-GB, zh;q=0.5")]
    public void It_is_English_for_whoever_prefers_it(string accepted) => Assert.Equal(Language.English, Of(accepted));

    [Fact]
    public void Two_headers_are_one_list()
    {
        Assert.Equal(Language.English, Of("fr;q=0.9", "en;q=0.5"));
        Assert.Equal(Language.Chinese, Of("en;q=0.5", "zh"));
    }

    [Fact]
    public void Whoever_says_nothing_gets_Chinese() => Assert.Equal(Language.Chinese, Of());

    private static Language Of(params string[] accepted)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.AcceptLanguage = accepted;
        return context.Language();
    }
}
