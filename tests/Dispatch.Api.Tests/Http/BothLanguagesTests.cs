using System.Globalization;
using System.Reflection;
using Dispatch.Api.Http;
using Dispatch.Api.Tests.Readme;
using FluentValidation;
using FluentValidation.Internal;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Dispatch.Api.Tests.Http;

/// <summary>Nobody adds a text in one language only.</summary>
public sealed class BothLanguagesTests(RunningService service) : IClassFixture<RunningService>
{
    /// <summary>Folders whose Chinese is no text of an answer.</summary>
    private static readonly Dictionary<string, string> NoAnswers = new(StringComparer.Ordinal)
    {
        ["Dispatch.Domain/Suggestions/"] = "how people write, and where their clauses end",
        ["Dispatch.Domain/Requests/PostalAddress.cs"] = "how places are written",
        ["Dispatch.Domain/Requests/PersonalData.cs"] = "how names, titles and places are written",
        ["Dispatch.Domain/Safety/SafetyWords.cs"] = "the words people write when they are in danger",
        ["Dispatch.Domain/Safety/PlainText.cs"] = "characters, and those they stand for",
        ["Dispatch.Domain/Safety/Amounts.cs"] = "numerals and measures",
        ["Dispatch.Domain/Safety/Sentences.cs"] = "punctuation",
        ["Dispatch.Api/Features/Imports/ImportColumns.cs"] = "headings of files, each beside its key in English",
        ["Dispatch.Api/Features/Imports/ImportWords.cs"] = "words people write into files",
        ["Dispatch.Api/Features/MonthlyReport/"] = "a page written as a whole in each language; ShowMonthlyReportTests reads both",
        ["Dispatch.Api/Generating/"] = "places, and what the people of a made-up year write",
        ["Dispatch.Api/Http/Contract/"] = "the contract's own examples; its prose is English",
    };

    /// <summary>Rules that word their refusal while they judge: each of their faults is asked for by BadInputTests.</summary>
    private static readonly string[] WordWhileJudging = ["LocationBodyValidator"];

    [Fact]
    public void Every_rule_of_every_validator_has_words_in_both_languages()
    {
        var walked = 0;
        foreach (var found in AssemblyScanner.FindValidatorsInAssembly(typeof(FieldRules).Assembly, includeInternalTypes: true))
        {
            var validator = (IValidator)service.Services.GetRequiredService(found.InterfaceType);
            foreach (var component in validator.CreateDescriptor().Rules.SelectMany(rule => rule.Components))
            {
                var code = string.IsNullOrEmpty(component.ErrorCode) ? component.Validator.Name : component.ErrorCode;
                var passesOn = code == "ChildValidatorAdaptor";
                var judges = code == "PredicateValidator" && WordWhileJudging.Contains(found.ValidatorType.Name, StringComparer.Ordinal);
                if (passesOn || judges)
                {
                    continue;
                }

                walked++;
                var text = Given(component) ?? FieldRules.Standard(code, new Dictionary<string, object>(StringComparer.Ordinal));
                Assert.True(text is not null, $"{found.ValidatorType.Name}: {code} has no words.");
                Assert.True(text.Value.Zh.HasChinese() && !text.Value.En.HasChinese(), $"{found.ValidatorType.Name}: {text}");
                Assert.Matches("[a-z]", text.Value.En);
            }
        }

        Assert.True(walked > 100, $"{walked} rules");
    }

    [Theory]
    [InlineData("MaximumLengthValidator", "MaxLength", 1, "最多 1 个字符。", "At most 1 character.")]
    [InlineData("MaximumLengthValidator", "MaxLength", 200, "最多 200 个字符。", "At most 200 characters.")]
    [InlineData("MinimumLengthValidator", "MinLength", 2, "至少 2 个字符。", "At least 2 characters.")]
    [InlineData("MaximumItemsValidator", "MaximumItems", 20, "最多 20 项。", "At most 20 items.")]
    [InlineData("GreaterThanOrEqualValidator", "ComparisonValue", 3, "不得小于 3。", "It must be at least 3.")]
    [InlineData("LessThanOrEqualValidator", "ComparisonValue", 3, "不得大于 3。", "It must be at most 3.")]
    public void A_limit_is_named_in_both(string rule, string name, int limit, string zh, string en) =>
        Assert.Equal(
            new Text(zh, en),
            FieldRules.Standard(rule, new Dictionary<string, object>(StringComparer.Ordinal) { [name] = limit })
        );

    [Fact]
    public void Every_Chinese_text_in_the_sources_has_its_English_beside_it()
    {
        var root = Path.Combine(Page.Root, "src");
        var (texts, alone) = (0, new List<string>());
        foreach (var file in Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories))
        {
            var name = Path.GetRelativePath(root, file).Replace('\\', '/');
            if (
                name.Contains("/obj/", StringComparison.Ordinal)
                || NoAnswers.Keys.Any(part => name.StartsWith(part, StringComparison.Ordinal))
            )
            {
                continue;
            }

            var found = SpokenTexts.In(File.ReadAllText(file));
            texts += found.Paired;
            alone.AddRange(found.Alone.Select(text => string.Create(CultureInfo.InvariantCulture, $"{name}({text.Line}): {text.Words}")));
        }

        Assert.True(alone.Count == 0, string.Join('\n', alone));
        Assert.True(texts > 200, $"{texts} texts");
    }

    [Theory]
    [InlineData("""new Text("好。", "Good.")""", 0)]
    [InlineData("""rule.Says("code", "好。", $"Good: {x switch { 1 => "a", _ => "b" }}.")""", 0)]
    [InlineData("""new("共 " + (n > 1 ? "两项" : "一项"), "In all " + (n > 1 ? "two" : "one"))""", 0)]
    [InlineData("""// 好 "中文" in a comment""", 0)]
    [InlineData(""""new Text("""多行""", """lines""")"""", 0)]
    [InlineData("""new Text("好。", "好。")""", 2)]
    [InlineData("""new Text("好。")""", 1)]
    [InlineData("""const string Only = "只有中文";""", 1)]
    [InlineData("""new Refused(kind, "Send it again.", "Send it again.")""", 1)]
    [InlineData("""new("Send it again.", "好。")""", 1)]
    [InlineData("""$"{(late ? "迟了" : "late")}" """, 1)]
    public void A_text_without_its_other_half_is_found(string source, int alone) => Assert.Equal(alone, SpokenTexts.In(source).Alone.Count);

    private static Text? Given(IRuleComponent component)
    {
        var provider = (Delegate?)
            component
                .GetType()
                .GetProperty("CustomStateProvider", BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)!
                .GetValue(component);
        if (provider is null)
        {
            return null;
        }

        var context = Activator.CreateInstance(provider.Method.GetParameters()[^2].ParameterType, [null]);
        return provider.DynamicInvoke(context, null) as Text?;
    }
}
