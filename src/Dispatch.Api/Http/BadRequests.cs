using System.Text;
using System.Text.Json;
using Microsoft.Net.Http.Headers;

namespace Dispatch.Api.Http;

/// <summary>What the framework could not bind, said so that the caller can mend it.</summary>
internal static class BadRequests
{
    private const string Missing = "missing";

    /// <summary>JSON is UTF-8: another declared charset is refused before anything tries to read it.</summary>
    public static void UseUtf8(this WebApplication app) =>
        app.Use(
            (context, next) =>
                MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type)
                && type.Charset.HasValue
                && !HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase)
                    ? throw AsRefused(new BadHttpRequestException("charset", StatusCodes.Status415UnsupportedMediaType), null)
                    : next(context)
        );

    public static Refused AsRefused(BadHttpRequestException bad, Endpoint? endpoint) =>
        bad.StatusCode switch
        {
            StatusCodes.Status413PayloadTooLarge => new(ProblemKinds.BodyTooLarge, "请求体最大 1 MB。", "A body may have at most 1 MB."),
            StatusCodes.Status415UnsupportedMediaType => new(
                ProblemKinds.MediaType,
                "请用 Content-Type: application/json 发送 UTF-8 JSON；PATCH 用 application/merge-patch+json。",
                "Send UTF-8 JSON with Content-Type: application/json; with PATCH application/merge-patch+json."
            ),
            _ when bad.InnerException is JsonException json => OfJson(json),
            _ when bad.Message.Contains("body", StringComparison.OrdinalIgnoreCase) => new(
                ProblemKinds.MalformedBody,
                "需要一个 JSON 请求体。",
                "A JSON body is needed."
            ),
            _ => QueryNames.Unbound(bad, endpoint),
        };

    private static Refused OfJson(JsonException json)
    {
        var pointer = Pointer(json.Path);
        var code = CodeOf(json);
        if (code == Missing && MissingNames(json.Message) is { Length: > 0 } names)
        {
            return new Refused(ProblemKinds.MalformedBody, "请补上缺少的字段。", "Add the members that are missing.")
            {
                Errors = [.. names.Select(name => Field($"{pointer}/{name}", code))],
            };
        }

        return new Refused(ProblemKinds.MalformedBody, $"请检查 {pointer} 处的 JSON。", $"Check the JSON at {pointer}.")
        {
            Errors = [Field(pointer, code)],
        };
    }

    private static FieldProblem Field(string pointer, string code) => new(pointer, code, Reason(code));

    // "… was missing required properties including: 'text', 'location'."
    private static string[] MissingNames(string message)
    {
        var list = message.IndexOf("including: ", StringComparison.Ordinal);
        return list < 0 ? [] : [.. message[list..].Split('\'').Where((_, place) => place % 2 == 1)];
    }

    private static string CodeOf(JsonException json) =>
        json.Message switch
        {
            var m when m.Contains("could not be mapped", StringComparison.Ordinal) => "unknown_member",
            var m when m.Contains("Duplicate", StringComparison.OrdinalIgnoreCase) => "duplicate_member",
            // A text that merely ends too soon speaks of its depth too.
            var m when m.Contains("maximum", StringComparison.Ordinal) && m.Contains("depth", StringComparison.Ordinal) => "too_deep",
            var m when m.Contains("missing required", StringComparison.Ordinal) => Missing,
            var m when m.Contains("doesn't allow null", StringComparison.Ordinal) => Missing,
            var m when m.Contains("U+0000", StringComparison.Ordinal) => "nul_character",
            var m when m.Contains("UTF-16", StringComparison.Ordinal) => "lone_surrogate",
            var m when m.Contains("could not be converted", StringComparison.Ordinal) => "wrong_type",
            _ => "malformed",
        };

    // The serializer's own words name .NET types; a caller needs none of them.
    private static Text Reason(string code) =>
        code switch
        {
            "unknown_member" => new(
                "没有这个字段；字段名为 camelCase，须完全一致。",
                "There is no such member. Names are camelCase and exact."
            ),
            "duplicate_member" => new("该字段出现了两次。", "The member stands here twice."),
            "too_deep" => new("JSON 嵌套超过 32 层。", "The JSON is nested deeper than 32 levels."),
            Missing => new("缺少必填字段。", "A required member is missing."),
            "nul_character" => new("文本中不能有字符 U+0000。", "A text must not hold the character U+0000."),
            "lone_surrogate" => new("文本中有不成对的代理字符。", "A text must not hold half of a surrogate pair."),
            "wrong_type" => new(
                "类型不对，或不是文档所列的取值；时间须带时区（RFC 3339）。",
                "The value does not have the documented type or is not one of the documented words. Times need an offset (RFC 3339)."
            ),
            _ => new("这不是格式正确的 JSON。", "This is not well-formed JSON."),
        };

    /// <summary><c>$.visits[0].start</c> as <c>#/visits/0/start</c>.</summary>
    private static string Pointer(string? path)
    {
        var pointer = new StringBuilder("#");
        foreach (var part in (path ?? "$").TrimStart('$').Split(['.', '[', ']'], StringSplitOptions.RemoveEmptyEntries))
        {
            pointer
                .Append('/')
                .Append(part.Trim('\'').Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal));
        }

        return pointer.ToString();
    }
}
