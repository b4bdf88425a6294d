using FluentValidation;

namespace Dispatch.Api.Http;

/// <summary>The years a time or a day may lie in, 2000 to 2099 in Shanghai: anything else is a slip, and arithmetic on it would overflow.</summary>
internal static class Years
{
    private const string Code = "out_of_years";
    private static readonly DateOnly FirstDay = new(2000, 1, 1);
    private static readonly DateOnly LastDay = new(2099, 12, 31);
    private static readonly DateTimeOffset FirstInstant = new(1999, 12, 31, 16, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset EndInstant = new(2099, 12, 31, 16, 0, 0, TimeSpan.Zero);
    private static readonly Text Words = new("须在 2000 年到 2099 年之间。", "It must lie between the years 2000 and 2099.");

    public static bool Cover(DateTimeOffset instant) => instant >= FirstInstant && instant < EndInstant;

    public static bool Cover(DateOnly day) => day >= FirstDay && day <= LastDay;

    public static IRuleBuilderOptions<T, DateTimeOffset> InYears<T>(this IRuleBuilder<T, DateTimeOffset> rule) =>
        rule.Must(Cover).Says(Code, Words.Zh, Words.En);

    public static IRuleBuilderOptions<T, DateTimeOffset?> InYears<T>(this IRuleBuilder<T, DateTimeOffset?> rule) =>
        rule.Must(instant => instant is not { } given || Cover(given)).Says(Code, Words.Zh, Words.En);

    public static IRuleBuilderOptions<T, DateOnly> InYears<T>(this IRuleBuilder<T, DateOnly> rule) =>
        rule.Must(Cover).Says(Code, Words.Zh, Words.En);

    public static IRuleBuilderOptions<T, DateOnly?> InYears<T>(this IRuleBuilder<T, DateOnly?> rule) =>
        rule.Must(day => day is not { } given || Cover(given)).Says(Code, Words.Zh, Words.En);

    /// <summary>The same for a query parameter.</summary>
    public static Refused Outside(string parameter) => QueryNames.Wrong(parameter, Code, Words.Zh, Words.En);
}
