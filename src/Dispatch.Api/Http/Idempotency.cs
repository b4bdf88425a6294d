using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Http.Contract;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Auditing;
using Dispatch.Api.Storage.Sealing;

namespace Dispatch.Api.Http;

/// <summary>
/// The answer that belongs to an Idempotency-Key. Its row commits with the effect: n sends of one key have one effect and get the same
/// bytes, also across a crash. Only successes are kept; a refusal is judged anew.
/// </summary>
internal sealed class KeptAnswer(Seal seal, Caller caller, TimeProvider clock)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    private string? scope;
    private string? key;
    private string? fingerprint;

    public Answer? Found { get; private set; }

    public bool Replayed { get; private set; }

    /// <summary>What personal data the answer that was found shows, as it was shown first.</summary>
    public string? Seen { get; private set; }

    /// <summary>The language of this call. A repeat gets the first answer's bytes, and so its language.</summary>
    public Language Language { get; set; }

    private string Binding => scope + "\n" + key;

    // A row that is moved elsewhere does not open.
    private SealedPlace Place => new("idempotent_answer", "body", Binding);

    public void Claim(string answerScope, string idempotencyKey, string commandFingerprint) =>
        (scope, key, fingerprint) = (answerScope, idempotencyKey, commandFingerprint);

    /// <summary>The same for a call whose body the framework did not bind: this word stands for it.</summary>
    public void ClaimFor(string digest) => fingerprint = key is null ? null : $"{fingerprint} {digest}";

    /// <summary>True when this key was answered before: <see cref="Found"/> then holds the bytes.</summary>
    public async Task<bool> Replay(Session db)
    {
        if (key is null)
        {
            return false;
        }

        await db.HoldKey(Binding);
        var row = await db.Find<Row>(
            "select fingerprint, status, location, etag, body, language, seen from idempotent_answer where scope = @scope and idempotency_key = @key and kept_at > @oldest",
            new
            {
                scope,
                key,
                oldest = clock.GetUtcNow() - Lifetime,
            }
        );
        if (row is null)
        {
            return false;
        }

        if (row.Fingerprint != fingerprint)
        {
            throw new Refused(
                ProblemKinds.KeyReused,
                "该 Idempotency-Key 已用于内容不同的请求，请换一个新的。",
                "This Idempotency-Key was used for a different request. Use a new one."
            );
        }

        var body =
            (row.Body.Length == 0 ? null : seal.TryOpen(Place, row.Body))
            ?? throw new Refused(
                ProblemKinds.Conflict,
                "该操作已经完成，但其答复已不再保留：密钥已更换、个人信息已删除，或这项求助已不在你队。请直接读取结果。",
                "This was done, but its answer is kept no longer: the key has changed, the person was erased, or your team no longer has the request. Read the result itself."
            );
        (Found, Replayed, Seen) = (
            new Answer(row.Status, row.Location, row.Etag, Encoding.UTF8.GetBytes(body), row.Language),
            true,
            row.Seen
        );
        return true;
    }

    /// <summary>Answers past their life are gone for good.</summary>
    public static Task<int> Forget(Session db, DateTimeOffset now) =>
        db.Execute("delete from idempotent_answer where kept_at <= @oldest", new { oldest = now - Lifetime });

    /// <summary>What was answered about a request is not said again. That it was answered stays known until the day is over: a repeat must not do
    /// again what was done.</summary>
    /// <param name="teamId">To this team alone; null: to anybody.</param>
    /// <param name="butTo">Subjects who go on to be answered.</param>
    public static Task Unsay(Session db, Guid requestId, Guid? teamId = null, IEnumerable<string>? butTo = null)
    {
        var args = new Arguments(new { requestId });
        var to = "";
        if (teamId is not null)
        {
            to += " and team_id = @teamId";
            args.Add("teamId", teamId);
        }

        foreach (var (subject, at) in (butTo ?? []).Select((subject, at) => (subject, at)))
        {
            to += $" and substr(scope, 1, length(@own{at})) <> @own{at}";
            args.Add($"own{at}", subject + " ");
        }

        return db.Execute($"update idempotent_answer set body = '' where request_id = @requestId{to}", args);
    }

    /// <param name="seen">What personal data it shows.</param>
    /// <param name="requestId">The request it is about.</param>
    public async Task Keep(Session db, Answer answer, string? seen, Guid? requestId)
    {
        Found = answer;
        if (key is null)
        {
            return;
        }

        await db.Execute(
            """
            insert into idempotent_answer (scope, idempotency_key, fingerprint, status, location, etag, body, language, seen, request_id, team_id, kept_at)
            values (@scope, @key, @fingerprint, @Status, @Location, @ETag, @Body, @Language, @seen, @requestId, @TeamId, @now)
            on conflict (scope, idempotency_key) do update
            set fingerprint = excluded.fingerprint, status = excluded.status, location = excluded.location, etag = excluded.etag,
                body = excluded.body, language = excluded.language, seen = excluded.seen, request_id = excluded.request_id, team_id = excluded.team_id,
                kept_at = excluded.kept_at
            """,
            new
            {
                scope,
                key,
                fingerprint,
                answer.Status,
                answer.Location,
                answer.ETag,
                Body = seal.Close(Place, Encoding.UTF8.GetString(answer.Body)),
                answer.Language,
                seen,
                requestId,
                caller.TeamId,
                now = clock.GetUtcNow(),
            }
        );
    }

    private sealed record Row
    {
        public string Fingerprint { get; init; } = "";
        public int Status { get; init; }
        public string? Location { get; init; }
        public string? Etag { get; init; }
        public string Body { get; init; } = "";
        public string? Language { get; init; }
        public string? Seen { get; init; }
    }
}

/// <summary>On every endpoint of <c>/v1</c>: claims the key before the command and writes the answer after it, and after the audit knows what it
/// shows.</summary>
internal sealed class AnswerFilter(KeptAnswer kept, AuditTrail trail, BlindIndex index) : IEndpointFilter
{
    private const int LongestKey = 255;

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        kept.Language = http.Language();
        if (TakesKey(http))
        {
            Claim(http, context.Arguments);
        }

        var response = await next(context);
        if (kept.Replayed)
        {
            http.Response.Headers["Idempotent-Replayed"] = "true";
        }

        var answer = kept.Found ?? Answer.Reading(response, kept.Language);
        await trail.BeforeShown(http.GetEndpoint()!.Metadata.GetMetadata<IEndpointNameMetadata>()!.EndpointName, http.RequestAborted);
        return new Written(answer);
    }

    private static bool TakesKey(HttpContext http) =>
        (HttpMethods.IsPost(http.Request.Method) || HttpMethods.IsPut(http.Request.Method) || HttpMethods.IsPatch(http.Request.Method))
        && http.GetEndpoint()!.Metadata.GetMetadata<KeepsNoAnswer>() is null;

    private void Claim(HttpContext http, IList<object?> arguments)
    {
        var given = http.Request.Headers["Idempotency-Key"];
        if (given.Count == 0)
        {
            if (http.GetEndpoint()!.Metadata.GetMetadata<RequiresIdempotencyKey>() is not null)
            {
                throw new Refused(
                    ProblemKinds.KeyMissing,
                    "请带上 Idempotency-Key 头（每次新操作用一个新的随机值，重试时用同一个）。见 /docs。",
                    "Send an Idempotency-Key header: a new random value for each new operation, the same one when you repeat it. See /docs."
                );
            }

            return;
        }

        var scope = $"{http.Caller().Subject} {http.Request.Method} {PathOf(http)}";
        kept.Claim(scope, Key(given), Fingerprint(arguments));
    }

    // A track token is a secret: the scope is stored.
    private string PathOf(HttpContext http)
    {
        var path = http.Request.Path.Value!;
        return http.Request.RouteValues["track"] is string track
            ? path.Replace(track, index.OfTrack(track), StringComparison.Ordinal)
            : path;
    }

    /// <summary>A structured-field string ("…") or a bare token.</summary>
    private static string Key(Microsoft.Extensions.Primitives.StringValues given)
    {
        var key = given.Count == 1 ? given[0]!.Trim() : "";
        if (key.Length >= 2 && key[0] == '"' && key[^1] == '"')
        {
            key = key[1..^1];
        }

        return key.Length is 0 or > LongestKey || key.Any(c => c is < ' ' or > '~')
            ? throw new Refused(
                ProblemKinds.KeyMalformed,
                $"Idempotency-Key 须为 1 到 {LongestKey} 个可见 ASCII 字符。",
                $"Idempotency-Key must be 1 to {LongestKey} printable ASCII characters."
            )
            : key;
    }

    // The message or the patch alone: what an endpoint is handed besides is not what the caller sent, and the path is in the scope.
    private string Fingerprint(IList<object?> arguments)
    {
        var sent = arguments
            .OfType<object>()
            .Where(argument => argument is MediatR.IBaseRequest || IsPatch(argument.GetType()))
            .Select(message => JsonSerializer.Serialize(message, message.GetType(), JsonShape.Options));
        return OfDigest(index, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', sent)))));
    }

    /// <summary>With the key: a telephone number among known words is not found by trying all there are.</summary>
    public static string OfDigest(BlindIndex index, string digest) => index.Of("sent", digest);

    private static bool IsPatch(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Patch<>);

    private sealed class Written(Answer answer) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => answer.Write(httpContext);
    }
}
