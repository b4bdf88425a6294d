using System.Net;
using System.Text.Json.Nodes;
using Dispatch.Api.Tests.Features.Requests;
using Xunit;

namespace Dispatch.Api.Tests.Features.Skills;

public sealed class SuggestSkillsTests(RunningService service) : IClassFixture<RunningService>
{
    [Fact]
    public async Task A_text_gives_ranked_skills_with_both_names_a_confidence_and_the_words_that_decided()
    {
        var suggestion = await Ask("家里文旦园有几棵树长势不好，叶子发黄、果子也小，能不能派人来园里看一下。");
        var first = suggestion.Items("skills")[0];
        Assert.Equal("agr-citrus", first.Text("code"));
        Assert.Equal(("柑橘文旦栽培", "Citrus and pomelo growing"), (first.Text("zh"), first.Text("en")));
        Assert.InRange(first["confidence"]!.GetValue<double>(), 0.6, 1);
        Assert.Contains(
            "文旦",
            string.Concat(first["because"]!.AsArray().Select(word => word!.GetValue<string>())),
            StringComparison.Ordinal
        );
        Assert.Null(suggestion["safety"]);
    }

    [Theory]
    [InlineData("帮我。")]
    [InlineData("代开发票，加微信，技术服务费低至三个点。")]
    public async Task A_text_that_says_nothing_of_a_skill_gives_none(string text) => Assert.Empty((await Ask(text)).Items("skills"));

    [Fact]
    public async Task Danger_comes_with_what_to_do_and_the_number_in_the_language_of_the_caller()
    {
        const string Text = "老人胸口痛一小时还在冒冷汗，医疗服务队能不能马上来？";
        var zh = (await Ask(Text))["safety"]!;
        var en = (await Ask(Text, "en"))["safety"]!;
        Assert.Equal(("medical", "120"), (zh.Text("kind"), zh.Text("call")));
        Assert.Equal((zh.Text("kind"), zh.Text("call")), (en.Text("kind"), en.Text("call")));
        Assert.Contains("120", zh.Text("text"), StringComparison.Ordinal);
        Assert.NotEqual(zh.Text("text"), en.Text("text"));
        Assert.DoesNotContain(en.Text("text"), letter => letter is >= '一' and <= '鿿');
    }

    [Fact]
    public async Task Two_jobs_in_one_text_are_proposed_as_parts()
    {
        var parts = (await Ask("文旦采下来两个月就干瘪，想建个小冷库，再把网店开起来，麻烦分别派人。")).Items("parts");
        Assert.Equal(["foo-fruit", "ict-ecom"], parts.Select(part => part.Items("skills")[0].Text("code")));
    }

    [Fact]
    public async Task Asking_stores_nothing()
    {
        var before = (await service.Officer().Read("/v1/requests")).Items().Count;
        await Ask("猪场里的猪不吃食，求看看");
        Assert.Equal(before, (await service.Officer().Read("/v1/requests")).Items().Count);
    }

    [Fact]
    public async Task A_text_over_the_limit_or_none_is_refused()
    {
        await service
            .Officer()
            .Post("/v1/skill-suggestions", new { text = "" })
            .MustRefuse(HttpStatusCode.UnprocessableEntity, "body.invalid");
        await service
            .Officer()
            .Post("/v1/skill-suggestions", new { text = new string('柚', 4001) })
            .MustRefuse(HttpStatusCode.UnprocessableEntity, "body.invalid");
    }

    private Task<JsonNode> Ask(string text, string language = "zh-CN")
    {
        var client = service.Officer();
        client.DefaultRequestHeaders.AcceptLanguage.ParseAdd(language);
        return client.Post("/v1/skill-suggestions", new { text }).Must();
    }
}
