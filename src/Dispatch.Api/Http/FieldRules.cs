using System.Text;
using System.Text.Json;
using FluentValidation;
using FluentValidation.Results;

namespace Dispatch.Api.Http;

/// <summary>Broken validator rules as problem fields, all of them at once.</summary>
internal static class FieldRules
{
    private static readonly Text Unsaid = new("不符合要求。", "It breaks a rule.");

    public static Refused AsRefused(ValidationException invalid) =>
        new(ProblemKinds.Invalid, "请按 errors 逐项修改后重新提交。", "Correct the fields listed under errors and send it again.")
        {
            Errors = [.. invalid.Errors.Select(AsField)],
        };

    /// <summary>A rule whose words are given in both languages and whose code is stable.</summary>
    public static IRuleBuilderOptions<T, TProperty> Says<T, TProperty>(
        this IRuleBuilderOptions<T, TProperty> rule,
        string code,
        string zh,
        string en
    ) => rule.WithErrorCode(code).WithMessage(en).WithState(_ => new Text(zh, en));

    private static FieldProblem AsField(ValidationFailure failure)
    {
        var text = failure.CustomState as Text? ?? Standard(failure.ErrorCode, failure.FormattedMessagePlaceholderValues);
        return new FieldProblem(Pointer(failure.PropertyName), CodeOf(failure.ErrorCode), text ?? Unsaid);
    }

    private static string CodeOf(string errorCode) =>
        JsonNamingPolicy.SnakeCaseLower.ConvertName(errorCode.Replace("Validator", "", StringComparison.Ordinal));

    /// <summary>The words of a rule that has none of its own; null for a rule nobody has put into words.</summary>
    public static Text? Standard(string errorCode, IReadOnlyDictionary<string, object> limits)
    {
        return errorCode switch
        {
            "NotEmptyValidator" or "NotNullValidator" => new("必填。", "It must not be empty."),
            "MaximumLengthValidator" => new($"最多 {Limit("MaxLength")} 个字符。", $"At most {Count("MaxLength", "character")}."),
            "MinimumLengthValidator" => new($"至少 {Limit("MinLength")} 个字符。", $"At least {Count("MinLength", "character")}."),
            "LengthValidator" => new(
                $"{Limit("MinLength")} 到 {Limit("MaxLength")} 个字符。",
                $"{Limit("MinLength")} to {Count("MaxLength", "character")}."
            ),
            "EnumValidator" => new("不是文档所列的取值。", "It is not one of the documented words."),
            "InclusiveBetweenValidator" => new(
                $"须在 {Limit("From")} 到 {Limit("To")} 之间。",
                $"It must be between {Limit("From")} and {Limit("To")}."
            ),
            "GreaterThanOrEqualValidator" => new(
                $"不得小于 {Limit("ComparisonValue")}。",
                $"It must be at least {Limit("ComparisonValue")}."
            ),
            "LessThanOrEqualValidator" => new($"不得大于 {Limit("ComparisonValue")}。", $"It must be at most {Limit("ComparisonValue")}."),
            "MaximumItemsValidator" => new($"最多 {Limit("MaximumItems")} 项。", $"At most {Count("MaximumItems", "item")}."),
            _ => null,
        };

        string Limit(string name) => limits.TryGetValue(name, out var value) ? Convert.ToString(value)! : "?";

        string Count(string name, string noun) => Limit(name) is var number and "1" ? $"{number} {noun}" : $"{Limit(name)} {noun}s";
    }

    /// <summary><c>Skills[0].MinLevel</c> as <c>#/skills/0/minLevel</c>.</summary>
    private static string Pointer(string propertyName)
    {
        var pointer = new StringBuilder("#");
        foreach (var part in propertyName.Split(['.', '[', ']'], StringSplitOptions.RemoveEmptyEntries))
        {
            pointer.Append('/').Append(JsonNamingPolicy.CamelCase.ConvertName(part));
        }

        return pointer.ToString();
    }
}
