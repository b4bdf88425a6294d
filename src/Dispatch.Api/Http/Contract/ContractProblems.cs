using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Dispatch.Api.Http.Contract;

/// <summary>The one shape of every refusal, and the answers that carry it.</summary>
internal static class ContractProblems
{
    public const string MediaType = "application/problem+json";
    public const string SchemaName = "Problem";

    /// <summary>An answer of the contract: its component name, what it means, and one problem of that status as the example.</summary>
    internal sealed record Refusal(string Name, string Meaning, ProblemKind Kind, string Detail);

    public static readonly IReadOnlyDictionary<string, Refusal> ByStatus = new Dictionary<string, Refusal>(StringComparer.Ordinal)
    {
        ["400"] = new(
            "BadRequest",
            "The request cannot be read: malformed, an unknown or duplicate member, a wrong type, an unknown query parameter.",
            ProblemKinds.MalformedBody,
            "请按接口文档检查请求。"
        ),
        ["401"] = new(
            "Unauthorized",
            "No valid bearer token.",
            ProblemKinds.Unauthenticated,
            "请在 Authorization 头中带上有效的 Bearer 令牌。"
        ),
        ["403"] = new("Forbidden", "The caller's role or region does not allow this.", ProblemKinds.Forbidden, "该操作不对你的角色开放。"),
        ["404"] = new(
            "NotFound",
            "There is no such thing, or the caller may not know of it: both answer the same.",
            ProblemKinds.NotFound,
            "没有这样的对象，请核对编号。"
        ),
        ["409"] = new(
            "Conflict",
            "The present state does not allow this. Where a state is in the way, it is named with the moves allowed now.",
            ProblemKinds.InvalidTransition,
            "该派单已结束，不能再接单。"
        ),
        ["412"] = new(
            "PreconditionFailed",
            "It changed since it was read; nothing was done.",
            ProblemKinds.Stale,
            "请重新读取，再带上新的 ETag 提交。"
        ),
        ["413"] = new("ContentTooLarge", "The body is larger than the service reads.", ProblemKinds.BodyTooLarge, "请缩短请求内容。"),
        ["415"] = new(
            "UnsupportedMediaType",
            "The body is not JSON.",
            ProblemKinds.MediaType,
            "请用 Content-Type: application/json 发送 UTF-8 JSON。"
        ),
        ["422"] = new(
            "UnprocessableContent",
            "The request reads well but breaks rules; all of them are listed. Also an Idempotency-Key that was used for another request.",
            ProblemKinds.Invalid,
            "请改正所列各项。"
        ),
        ["428"] = new(
            "PreconditionRequired",
            "The change needs If-Match.",
            ProblemKinds.PreconditionRequired,
            "请把读取时的 ETag 放在 If-Match 头中。"
        ),
        ["429"] = new(
            "TooManyRequests",
            "The quota of the window is used up.",
            ProblemKinds.TooManyRequests,
            "请等待 Retry-After 所示秒数后再试。"
        ),
        ["500"] = new(
            "InternalServerError",
            "A fault of the service. Whether a write took effect is unknown: repeat it with the same Idempotency-Key.",
            ProblemKinds.Internal,
            "请稍后重试；若仍失败，请把 requestId 告诉管理员。"
        ),
        ["503"] = new(
            "ServiceUnavailable",
            "The service is busy, starting or stopping. Whether a write took effect is unknown: repeat it with the same Idempotency-Key.",
            ProblemKinds.Unavailable,
            "请稍后用同一个 Idempotency-Key 重试。"
        ),
        ["default"] = new("UnexpectedProblem", "Any other refusal.", ProblemKinds.MethodNotAllowed, "请使用 Allow 头中列出的方法。"),
    };

    public static OpenApiSchema Schema() =>
        new()
        {
            Type = JsonSchemaType.Object,
            Description = "A refusal (RFC 9457). `type` and `code` are stable; `title` and `detail` are for people.",
            Required = new HashSet<string>(StringComparer.Ordinal) { "type", "title", "status", "code", "detail", "requestId" },
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
        headers[ContractHeaders.ContentLanguage] = new OpenApiHeaderReference(ContractHeaders.ContentLanguage, document);
        switch (status)
        {
            case "401":
                headers[ContractHeaders.WwwAuthenticate] = new OpenApiHeaderReference(ContractHeaders.WwwAuthenticate, document);
                break;
            case "415":
                headers[ContractHeaders.AcceptPatch] = new OpenApiHeaderReference(ContractHeaders.AcceptPatch, document);
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
            ["type"] = refusal.Kind.Type,
            ["title"] = refusal.Kind.Zh,
            ["status"] = refusal.Kind.Status,
            ["code"] = refusal.Kind.Code,
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
                        ["detail"] = "这不是有效的电话号码。",
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
