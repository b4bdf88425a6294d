using System.Text;
using System.Text.Json;

namespace Dispatch.Api.Http;

/// <summary>What the framework could not bind, said so that the caller can mend it.</summary>
internal static class BadRequests
{
    public static Refused AsRefused(BadHttpRequestException bad) =>
        bad.StatusCode switch
        {
            StatusCodes.Status413PayloadTooLarge => new(ProblemKinds.BodyTooLarge, "请求体最大 1 MB。", "A body may have at most 1 MB."),
            StatusCodes.Status415UnsupportedMediaType => new(
                ProblemKinds.MediaType,
                "请用 Content-Type: application/json 发送 UTF-8 JSON。",
                "Send UTF-8 JSON with Content-Type: application/json."
            ),
            _ when bad.InnerException is JsonException json => OfJson(json),
            _ when bad.Message.Contains("body", StringComparison.OrdinalIgnoreCase) => new(
                ProblemKinds.MalformedBody,
                "需要一个 JSON 请求体。",
                "A JSON body is needed."
            ),
            _ => new(
                ProblemKinds.BadQuery,
                "路径或查询参数的格式不对，请对照接口文档。",
                "A path or query parameter does not have the documented form."
            ),
        };

    private static Refused OfJson(JsonException json)
    {
        var pointer = Pointer(json.Path);
        return new Refused(ProblemKinds.MalformedBody, $"请检查 {pointer} 处的 JSON。", $"Check the JSON at {pointer}.")
        {
            Errors = [new FieldProblem(pointer, CodeOf(json), new Text("此处无法按约定的格式读取。", Reason(json)))],
        };
    }

    private static string CodeOf(JsonException json) =>
        json.Message switch
        {
            var m when m.Contains("could not be mapped", StringComparison.Ordinal) => "unknown_member",
            var m when m.Contains("Duplicate", StringComparison.OrdinalIgnoreCase) => "duplicate_member",
            var m when m.Contains("depth", StringComparison.OrdinalIgnoreCase) => "too_deep",
            var m when m.Contains("missing required", StringComparison.Ordinal) => "missing",
            var m when m.Contains("could not be converted", StringComparison.Ordinal) => "wrong_type",
            _ => "malformed",
        };

    // The serializer's own words name .NET types; a caller needs none of them.
    private static string Reason(JsonException json) =>
        CodeOf(json) switch
        {
            "unknown_member" => "There is no such member. Names are camelCase and exact.",
            "duplicate_member" => "The member stands here twice.",
            "too_deep" => "The JSON is nested deeper than 32 levels.",
            "missing" => "A required member is missing.",
            "wrong_type" => "The value does not have the documented type or is not one of the documented words.",
            _ => "This is not well-formed JSON.",
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
