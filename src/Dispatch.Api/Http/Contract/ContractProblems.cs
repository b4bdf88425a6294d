using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Dispatch.Api.Http.Contract;

/// <summary>The one shape of every refusal, and the answers that carry it.</summary>
internal static class ContractProblems
{
    public const string MediaType = "application/problem+json";
    public const string SchemaName = "Problem";
    public const string TypePrefix = "urn:dispatch:problem:";

    /// <summary>An answer of the contract: its component name, what it means and what it looks like.</summary>
    internal sealed record Refusal(string Name, string Meaning, string Code, string Title, string Detail);

    public static readonly IReadOnlyDictionary<string, Refusal> ByStatus = new Dictionary<string, Refusal>(StringComparer.Ordinal)
    {
        ["400"] = new(
            "BadRequest",
            "The request cannot be read: malformed, an unknown or duplicate member, a wrong type, an unknown query parameter.",
            "request.malformed",
            "请求格式有误",
            "The body does not have the shape this operation reads."
        ),
        ["401"] = new(
            "Unauthorized",
            "No valid bearer token.",
            "token.missing",
            "需要登录",
            "Send a bearer token in the Authorization header."
        ),
        ["403"] = new(
            "Forbidden",
            "The caller's role or region does not allow this.",
            "access.denied",
            "没有权限",
            "This operation is for officers of the region."
        ),
        ["404"] = new(
            "NotFound",
            "There is no such thing, or the caller may not know of it: both answer the same.",
            "resource.not_found",
            "未找到",
            "Nothing is found at this address."
        ),
        ["409"] = new(
            "Conflict",
            "The present state does not allow this. The answer names the state and the moves allowed now.",
            "offer.expired",
            "当前状态不允许该操作",
            "The offer has expired."
        ),
        ["412"] = new(
            "PreconditionFailed",
            "It changed since it was read; nothing was done.",
            "version.stale",
            "数据已被更新",
            "Read it again and repeat with its ETag."
        ),
        ["413"] = new(
            "ContentTooLarge",
            "The body is larger than the service reads.",
            "body.too_large",
            "请求内容过大",
            "Send a smaller body."
        ),
        ["415"] = new(
            "UnsupportedMediaType",
            "The body is not JSON.",
            "media_type.unsupported",
            "不支持的媒体类型",
            "Send application/json."
        ),
        ["422"] = new(
            "UnprocessableContent",
            "The request reads well but breaks rules; all of them are listed. Also an Idempotency-Key that was used for another request.",
            "request.invalid",
            "请求内容不符合规则",
            "One or more members break a rule."
        ),
        ["428"] = new(
            "PreconditionRequired",
            "The change needs If-Match.",
            "version.required",
            "缺少 If-Match",
            "Send the ETag of what you read as If-Match."
        ),
        ["429"] = new(
            "TooManyRequests",
            "The quota of the window is used up.",
            "quota-exceeded",
            "请求过于频繁",
            "Wait for the seconds that Retry-After gives."
        ),
        ["500"] = new(
            "InternalServerError",
            "A fault of the service. Whether a write took effect is unknown: repeat it with the same Idempotency-Key.",
            "service.fault",
            "服务内部错误",
            "Something went wrong here; the request id finds it in the log."
        ),
        ["503"] = new(
            "ServiceUnavailable",
            "The service is busy, starting or stopping. Whether a write took effect is unknown: repeat it with the same Idempotency-Key.",
            "service.unavailable",
            "服务暂不可用",
            "Repeat the request a little later."
        ),
        ["default"] = new("UnexpectedProblem", "Any other refusal.", "request.refused", "请求被拒绝", "The request is refused."),
    };

    public static OpenApiSchema Schema() =>
        new()
        {
            Type = JsonSchemaType.Object,
            Description = "A refusal (RFC 9457). `type` and `code` are stable; `title` and `detail` are for people.",
            Required = new HashSet<string>(StringComparer.Ordinal) { "type", "title", "status", "code" },
            Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
            {
                ["type"] = Text(200, "The class of problem, an absolute URI.", "uri"),
                ["title"] = Text(200, "The class of problem in words."),
                ["status"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.Integer,
                    Format = "int32",
                    Minimum = "400",
                    Maximum = "599",
                    Description = "The HTTP status.",
                },
                ["code"] = Text(100, "What happened, for programs.", pattern: "^[a-z0-9_.-]+$"),
                ["detail"] = Text(2000, "What happened this time and what to do about it."),
                ["instance"] = Text(8192, "The path of the request.", "uri-reference"),
                ["requestId"] = Text(128, "Names this request in the logs of the service."),
                ["errors"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.Array,
                    MaxItems = 1000,
                    Description = "Every member that is wrong, not only the first.",
                    Items = new OpenApiSchema
                    {
                        Type = JsonSchemaType.Object,
                        Required = new HashSet<string>(StringComparer.Ordinal) { "pointer", "code", "detail" },
                        Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
                        {
                            ["pointer"] = Text(1000, "Where: a JSON Pointer into the body, as a URI fragment.", "uri-reference"),
                            ["code"] = Text(100, "Which rule.", pattern: "^[a-z0-9_.-]+$"),
                            ["detail"] = Text(2000, "The rule in words."),
                        },
                    },
                },
                ["state"] = Text(50, "409: the present state.", pattern: "^[a-z_]+$"),
                ["allowed"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.Array,
                    MaxItems = 50,
                    Description = "409: the moves allowed in this state.",
                    Items = Text(50, "A move.", pattern: "^[a-z_-]+$"),
                },
            },
        };

    public static OpenApiResponse Answer(string status, OpenApiDocument document)
    {
        var refusal = ByStatus[status];
        var headers = ContractHeaders.Everywhere(document);
        switch (status)
        {
            case "401":
                headers[ContractHeaders.WwwAuthenticate] = new OpenApiHeaderReference(ContractHeaders.WwwAuthenticate, document);
                break;
            case "409" or "429" or "503":
                headers[ContractHeaders.RetryAfter] = new OpenApiHeaderReference(ContractHeaders.RetryAfter, document);
                break;
        }

        return new OpenApiResponse
        {
            Description = refusal.Meaning,
            Headers = headers,
            Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
            {
                [MediaType] = new() { Schema = new OpenApiSchemaReference(SchemaName, document), Example = Example(status, refusal) },
            },
        };
    }

    private static JsonObject Example(string status, Refusal refusal)
    {
        var example = new JsonObject
        {
            ["type"] = TypePrefix + refusal.Code,
            ["title"] = refusal.Title,
            ["status"] = int.TryParse(status, CultureInfo.InvariantCulture, out var number) ? number : 400,
            ["code"] = refusal.Code,
            ["detail"] = refusal.Detail,
            ["requestId"] = "0f6c2e0d9b7a4c51",
        };
        switch (status)
        {
            case "409":
                example["state"] = "expired";
                example["allowed"] = new JsonArray();
                break;
            case "422":
                example["errors"] = new JsonArray(
                    new JsonObject
                    {
                        ["pointer"] = "#/requester/phone",
                        ["code"] = "phone.malformed",
                        ["detail"] = "This is no telephone number.",
                    }
                );
                break;
        }

        return example;
    }

    private static OpenApiSchema Text(int longest, string description, string? format = null, string? pattern = null) =>
        new()
        {
            Type = JsonSchemaType.String,
            MaxLength = longest,
            Description = description,
            Format = format,
            Pattern = pattern,
        };
}
