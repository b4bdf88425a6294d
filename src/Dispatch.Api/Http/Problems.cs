using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Dispatch.Api.Storage;
using FluentValidation;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.Data.Sqlite;
using Microsoft.Net.Http.Headers;
using Npgsql;

namespace Dispatch.Api.Http;

/// <summary>The body of every answer that is not a success (RFC 9457).</summary>
internal sealed record Problem(
    string Type,
    string Title,
    int Status,
    string Code,
    string Detail,
    string RequestId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<ProblemField>? Errors = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? State = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Allowed = null
);

internal sealed record ProblemField(string Pointer, string Code, string Detail);

/// <summary>Writes problems, from every layer, in one form.</summary>
internal static class Problems
{
    private const string IdleInTransaction = "25P03";
    private const string MediaType = "application/problem+json; charset=utf-8";

    public static void UseProblems(this WebApplication app)
    {
        app.UseExceptionHandler(
            new ExceptionHandlerOptions
            {
                ExceptionHandler = OnException,
                AllowStatusCode404Response = true,
                // A refusal is an answer, not an error of the service: nothing to log.
                SuppressDiagnosticsCallback = context => AsRefused(context.Exception, null).Kind != ProblemKinds.Internal,
            }
        );
        app.UseStatusCodePages(context => OnBareStatus(context.HttpContext));
    }

    public static Task Write(HttpContext context, ProblemKind kind, Text detail) => Write(context, new Refused(kind, detail));

    public static async Task Write(HttpContext context, Refused refused)
    {
        var language = context.Language();
        var response = context.Response;
        response.StatusCode = refused.Kind.Status;
        response.ContentType = MediaType;
        response.Headers.ContentLanguage = language.Tag();
        if (refused.Kind.Status == 401)
        {
            response.Headers.WWWAuthenticate = "Bearer";
        }

        if (refused.Kind.Status == 415)
        {
            var isPatch = HttpMethods.IsPatch(context.Request.Method);
            response.Headers[isPatch ? MergePatch.AcceptPatch : HeaderNames.Accept] = isPatch ? MergePatch.MediaType : "application/json";
        }

        if (refused.RetryAfter is { } seconds)
        {
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }
        else if (refused.Kind.Status is 503)
        {
            response.Headers.RetryAfter = "1";
        }

        await JsonSerializer.SerializeAsync(
            response.Body,
            Of(refused, language, context.TraceIdentifier),
            JsonShape.Options,
            context.RequestAborted
        );
    }

    private static Problem Of(Refused refused, Language language, string requestId) =>
        new(
            refused.Kind.Type,
            new Text(refused.Kind.Zh, refused.Kind.En).In(language),
            refused.Kind.Status,
            refused.Kind.Code,
            refused.Detail.In(language),
            requestId,
            refused.Errors.Count == 0 ? null : [.. refused.Errors.Select(e => new ProblemField(e.Pointer, e.Code, e.Detail.In(language)))],
            refused.State,
            refused.Allowed
        );

    private static Task OnException(HttpContext context)
    {
        var failed = context.Features.Get<IExceptionHandlerFeature>()!;
        return Write(context, AsRefused(failed.Error, failed.Endpoint));
    }

    // It cannot be reached, it goes down, it follows another one now, or it gave up waiting for whom it should not wait for.
    private static bool IsOfTheServer(NpgsqlException cause) =>
        cause is not PostgresException said
        || said.IsTransient
        || said.SqlState
            is PostgresErrorCodes.AdminShutdown
                or PostgresErrorCodes.CrashShutdown
                or PostgresErrorCodes.QueryCanceled
                or PostgresErrorCodes.ReadOnlySqlTransaction
                or IdleInTransaction;

    private static Refused AsRefused(Exception cause, Endpoint? endpoint) =>
        cause switch
        {
            Refused refused => refused,
            ValidationException invalid => FieldRules.AsRefused(invalid),
            BadHttpRequestException bad => BadRequests.AsRefused(bad, endpoint),
            OutcomeUnknown => new(
                ProblemKinds.OutcomeUnknown,
                "不确定是否已保存。请用同一个 Idempotency-Key 重试。",
                "It is not known whether this was stored. Repeat it with the same Idempotency-Key."
            ),
            Overloaded => new(
                ProblemKinds.Overloaded,
                "请稍后用同一个 Idempotency-Key 重试。",
                "Repeat it shortly with the same Idempotency-Key."
            ),
            PostgresException { SqlState: PostgresErrorCodes.UniqueViolation }
            or SqliteException { SqliteExtendedErrorCode: 1555 or 2067 } => new(
                ProblemKinds.Conflict,
                "同时有另一个操作改动了它，请重新读取后再试。",
                "Something else changed it at the same moment. Read it again and retry."
            ),
            SqliteException { SqliteErrorCode: 13 } => new(
                ProblemKinds.Unavailable,
                "磁盘已满，没有保存任何内容。",
                "The disk is full; nothing was stored."
            ),
            NpgsqlException failed when IsOfTheServer(failed) => new(
                ProblemKinds.Unavailable,
                "数据库暂时不可用，请稍后重试。",
                "The database cannot be reached now. Try again shortly."
            ),
            _ => new(
                ProblemKinds.Internal,
                "请稍后重试；若仍失败，请把 requestId 告诉管理员。",
                "Try again; if it keeps failing, give the requestId to the administrator."
            ),
        };

    private static Task OnBareStatus(HttpContext context)
    {
        CompleteAllow(context.Response.Headers);
        if (HttpMethods.IsOptions(context.Request.Method) && context.Response.StatusCode == StatusCodes.Status405MethodNotAllowed)
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        }

        var kind = ProblemKinds.OfStatus(context.Response.StatusCode);
        return Write(context, kind, DetailOf(kind));
    }

    // Routing lists what is mapped; HEAD and OPTIONS are answered for every route without being mapped.
    private static void CompleteAllow(IHeaderDictionary headers)
    {
        if (headers.Allow.Count == 0)
        {
            return;
        }

        var mapped = headers.Allow.ToString().Split(", ");
        var heads = mapped.Contains(HttpMethods.Get, StringComparer.Ordinal) ? [HttpMethods.Head] : Array.Empty<string>();
        headers.Allow = string.Join(", ", [.. mapped, .. heads, HttpMethods.Options]);
        if (mapped.Contains(HttpMethods.Patch, StringComparer.Ordinal))
        {
            headers[MergePatch.AcceptPatch] = MergePatch.MediaType;
        }
    }

    private static Text DetailOf(ProblemKind kind) =>
        kind.Status switch
        {
            401 => new("请在 Authorization 头中带上有效的 Bearer 令牌。", "Send a valid token as Authorization: Bearer …"),
            403 => new("该操作不对你的角色开放。", "This operation is not open to your role."),
            404 => new("没有这样的对象，请核对编号。", "There is no such object. Check the id."),
            405 => new("请使用 Allow 头中列出的方法。", "Use one of the methods in the Allow header."),
            413 => new("请求体最大 1 MB。", "A body may have at most 1 MB."),
            415 => new(
                "请用 Content-Type: application/json 发送 UTF-8 JSON；PATCH 用 application/merge-patch+json。",
                "Send UTF-8 JSON with Content-Type: application/json; with PATCH application/merge-patch+json."
            ),
            429 => new("请等待 Retry-After 所示秒数后再试。", "Wait for the seconds given in Retry-After."),
            _ => new("请按接口文档检查请求。", "Check the request against the documentation."),
        };
}
