using System.Globalization;
using Dispatch.Api.Http;
using Dispatch.Api.Storage;
using Dispatch.Domain.Calendar;
using FluentValidation;

namespace Dispatch.Api.Features.Imports;

/// <summary>The cells of one row as what they stand for. What cannot be read is noted, all of it, and refuses the row at the end.</summary>
internal sealed class Cells(ImportKind kind, FileRow row)
{
    private static readonly char[] Separators = [';', '；', '\n'];

    private readonly List<RowProblem> problems = [];

    public string? Text(string key) => row.Cells.GetValueOrDefault(key);

    public bool Has(params string[] keys) => keys.Any(row.Cells.ContainsKey);

    /// <summary>Empty where it is missing: the rules of the command say it again if they want it too.</summary>
    public string Required(string key)
    {
        if (Text(key) is { } text)
        {
            return text;
        }

        Wrong(key, "missing", "必填。", "It must not be empty.");
        return "";
    }

    public int? Whole(string key) =>
        Read<int?>(
            key,
            text => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null,
            "须为整数。",
            "It must be a whole number."
        );

    public double? Number(string key) =>
        Read<double?>(
            key,
            text =>
                double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
                    ? number
                    : null,
            "须为数字。",
            "It must be a number."
        );

    public decimal? Exact(string key) =>
        Read<decimal?>(
            key,
            text =>
                decimal.TryParse(
                    text,
                    NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
                    CultureInfo.InvariantCulture,
                    out var number
                )
                    ? number
                    : null,
            "须为数字，不带千分位。",
            "It must be a number without separators between thousands."
        );

    /// <summary>With its offset as it says; else the time in Shanghai.</summary>
    public DateTimeOffset? Moment(string key) =>
        Read<DateTimeOffset?>(
            key,
            text =>
                JsonShape.TryInstant(text, out var instant) && Years.Cover(instant) ? instant.ToUniversalTime()
                : DateTime.TryParseExact(text, ImportWords.Moments, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local)
                && Years.Cover(DateOnly.FromDateTime(local))
                    ? ShanghaiTime.At(DateOnly.FromDateTime(local), TimeOnly.FromDateTime(local))
                : null,
            "须为 2000 到 2099 年的时间，如 2024-05-01 14:30。",
            "It must be a time of the years 2000 to 2099, such as 2024-05-01 14:30."
        );

    public bool? YesNo(string key) => Read<bool?>(key, ImportWords.YesNo, "须为 是 或 否。", "It must be yes or no.");

    public T? Word<T>(string key)
        where T : struct, Enum =>
        Read(
            key,
            WordOf<T>,
            $"须为以下之一：{string.Join("、", Words.All<T>().Select(word => ImportWords.Zh(Words.To<T>(word)) ?? word))}。",
            $"It must be one of: {string.Join(", ", Words.All<T>())}."
        );

    public T RequiredWord<T>(string key)
        where T : struct, Enum
    {
        if (Text(key) is null)
        {
            Required(key);
        }

        return Word<T>(key) ?? default;
    }

    /// <summary>Several in one cell, separated by semicolons.</summary>
    public IReadOnlyList<string> List(string key) =>
        Text(key)?.Split(Separators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    public IReadOnlyList<T> WordList<T>(string key)
        where T : struct, Enum
    {
        var words = new List<T>();
        foreach (var text in List(key))
        {
            if (WordOf<T>(text) is { } word)
            {
                words.Add(word);
            }
            else
            {
                Wrong(
                    key,
                    "unknown",
                    $"须为以下之一：{string.Join("、", Words.All<T>())}。",
                    $"It must be one of: {string.Join(", ", Words.All<T>())}."
                );
            }
        }

        return words;
    }

    public void Wrong(string? column, string code, string zh, string en) => problems.Add(new RowProblem(column, code, new Text(zh, en)));

    /// <summary>The rules of the command that the row would be; a column that could not be read has said so already.</summary>
    public void Judge<T>(IValidator<T> rules, T command)
    {
        var result = rules.Validate(command);
        if (!result.IsValid)
        {
            Note(FieldRules.AsRefused(new ValidationException(result.Errors)));
        }
    }

    public void Note(Refused refused)
    {
        if (refused.Errors.Count == 0)
        {
            problems.Add(new RowProblem(null, refused.Kind.Code, refused.Detail));
        }

        foreach (var error in refused.Errors)
        {
            var column = ImportColumns.At(kind, error.Pointer);
            if (column is null || problems.TrueForAll(known => known.Column != column))
            {
                problems.Add(new RowProblem(column, error.Code, error.Detail));
            }
        }
    }

    public RowRefused AsRefused() => new(problems);

    public void RefuseIfWrong()
    {
        if (problems.Count > 0)
        {
            throw AsRefused();
        }
    }

    public static T? WordOf<T>(string text)
        where T : struct, Enum => Words.TryTo<T>(text.ToLowerInvariant(), out var word) || ImportWords.TryZh(text, out word) ? word : null;

    private T? Read<T>(string key, Func<string, T?> read, string zh, string en)
    {
        if (Text(key) is not { } text)
        {
            return default;
        }

        var value = read(text);
        if (value is null)
        {
            Wrong(key, "wrong_type", zh, en);
        }

        return value;
    }
}
