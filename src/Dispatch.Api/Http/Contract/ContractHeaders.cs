using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Dispatch.Api.Http.Contract;

/// <summary>The headers of answers and requests that mean the same everywhere.</summary>
internal static class ContractHeaders
{
    public const string ContentLanguage = "Content-Language";
    public const string ETag = "ETag";
    public const string IdempotentReplayed = "Idempotent-Replayed";
    public const string Location = "Location";
    public const string RetryAfter = "Retry-After";
    public const string WwwAuthenticate = "WWW-Authenticate";

    public const string AcceptLanguage = "Accept-Language";
    public const string IdempotencyKey = "Idempotency-Key";
    public const string IdempotencyKeyRequired = "Idempotency-Key-Required";
    public const string IfMatch = "If-Match";
    public const string IfNoneMatch = "If-None-Match";
    public const string IfMatchWhereThere = "If-Match-Where-There";
    public const string IfAbsent = "If-None-Match-Where-Absent";
    public const string Link = "Link";
    public const string AcceptPatch = MergePatch.AcceptPatch;

    private const string AllowOrigin = "Access-Control-Allow-Origin";
    private const string RateLimit = "RateLimit";
    private const string RateLimitPolicy = "RateLimit-Policy";
    private const string RequestId = Tracing.RequestId;
    private const string TraceParent = Tracing.TraceParent;

    public static Dictionary<string, IOpenApiHeader> Everywhere(OpenApiDocument document) =>
        new(StringComparer.Ordinal)
        {
            [AllowOrigin] = new OpenApiHeaderReference(AllowOrigin, document),
            [RateLimit] = new OpenApiHeaderReference(RateLimit, document),
            [RateLimitPolicy] = new OpenApiHeaderReference(RateLimitPolicy, document),
            [RequestId] = new OpenApiHeaderReference(RequestId, document),
            [TraceParent] = new OpenApiHeaderReference(TraceParent, document),
        };

    public static void AddTo(OpenApiDocument document)
    {
        Answer(AllowOrigin, "The calling page's origin, when the installation allows it.", "https://union.example.cn", 300);
        Answer(ContentLanguage, "The language of the words in the answer: `zh-CN` or `en`.", "zh-CN", 10);
        Answer(ETag, "The version of what is answered: the precondition of a change.", "\"3-9f86d081884c7d65\"", 100);
        Answer(IdempotentReplayed, "`true`: this is the stored answer to an earlier request with this key.", "true", 4);
        Answer(Location, "The path of what was made.", "/v1/requests/0198c5a2-6d3e-7c41-9a55-0e6f4b1d2c90", 500);
        Answer(
            RateLimit,
            "What is left of the window that binds first: `r` requests, `t` seconds until it is full again.",
            "\"default\";r=599;t=42",
            100
        );
        Answer(
            RateLimitPolicy,
            "The quota that binds first, of the caller (`default`), the address or the map: `q` requests in `w` seconds.",
            "\"default\";q=600;w=60",
            100
        );
        Answer(
            RequestId,
            "Names this call in the logs: the caller's `X-Request-Id` where it is fit for a log, else a new one.",
            "0f6c2e0d9b7a4c51",
            128
        );
        Answer(
            TraceParent,
            "The span of this call (W3C Trace Context), in the trace of the caller's `traceparent` where that is well-formed.",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            55
        );
        Answer(Link, "`rel=\"next\"`: the next page of the map.", "</v1/teams?cursor=Zm9v>; rel=\"next\"", 9000);
        Answer(AcceptPatch, "The media type a PATCH must have.", MergePatch.MediaType, 100);
        Answer(WwwAuthenticate, "The way to authenticate.", "Bearer", 500);
        document.AddComponent(
            RetryAfter,
            new OpenApiHeader
            {
                Description = "Seconds to wait before the same request is sent again.",
                Schema = new OpenApiSchema
                {
                    Type = JsonSchemaType.Integer,
                    Format = "int32",
                    Minimum = "0",
                    Maximum = "86400",
                },
                Example = JsonValue.Create(30),
            }
        );

        Question(AcceptLanguage, AcceptLanguage, "The language of texts for people; `zh-CN` unless given.", "zh-CN", 200);
        const string key = "Makes a repeated request safe: one effect, the same answer. Kept for 24 hours.";
        Question(IdempotencyKey, IdempotencyKey, key, "\"5f3b9a52-1c0e-4d0b-8f6e-2b7c1d9e0a34\"", 255);
        Question(IdempotencyKeyRequired, IdempotencyKey, key, "\"5f3b9a52-1c0e-4d0b-8f6e-2b7c1d9e0a34\"", 255, required: true);
        Question(IfMatch, IfMatch, "The `ETag` of what was read.", "\"3-9f86d081884c7d65\"", 1000, required: true);
        Question(
            IfMatchWhereThere,
            IfMatch,
            "The `ETag` of what was read: required where it is there, and left out to make it.",
            "\"3-9f86d081884c7d65\"",
            1000
        );
        Question(IfAbsent, IfNoneMatch, "`*`: only if it is not there yet, else 412.", "*", 1000);
        Question(IfNoneMatch, IfNoneMatch, "The `ETag` already held: 304 when it is still right.", "\"3-9f86d081884c7d65\"", 1000);

        void Answer(string name, string description, string example, int longest) =>
            document.AddComponent(
                name,
                new OpenApiHeader
                {
                    Description = description,
                    Schema = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = longest },
                    Example = JsonValue.Create(example),
                }
            );

        void Question(string component, string name, string description, string example, int longest, bool required = false) =>
            document.AddComponent(
                component,
                new OpenApiParameter
                {
                    Name = name,
                    In = ParameterLocation.Header,
                    Required = required,
                    Description = description,
                    Schema = new OpenApiSchema
                    {
                        Type = JsonSchemaType.String,
                        MinLength = 1,
                        MaxLength = longest,
                    },
                    Example = JsonValue.Create(example),
                }
            );
    }
}
