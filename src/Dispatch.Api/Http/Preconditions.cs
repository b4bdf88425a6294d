using Dispatch.Api.Http.Contract;

namespace Dispatch.Api.Http;

/// <summary>If-Match and If-None-Match of a change, judged by the handler when everything else would succeed (RFC 9110, 13.2.1).</summary>
internal sealed class Preconditions(IHttpContextAccessor http)
{
    private (Guid Id, long Version)? held;
    private (Guid Id, long Version)? read;
    private bool judged;

    /// <summary>Keeps the version a thing has before the command touches it, if the URL names it: it may move several times.</summary>
    public void Aim(Guid id, long version)
    {
        if (http.HttpContext is { } context && Names(context.Request, id))
        {
            (held, judged) = ((id, version), false);
        }
    }

    /// <summary>The change was worked out from this version of the thing: it stands on no other.</summary>
    public void StandOn(Guid id, long version) => read = (id, version);

    /// <summary>For what the URL names and what is not there: it can have no tag, and If-None-Match is content.</summary>
    public void DemandAbsent(Guid id)
    {
        if (http.HttpContext is { Request: { Headers.IfMatch.Count: > 0 } request } && Names(request, id))
        {
            throw new Refused(
                ProblemKinds.Stale,
                "它不存在，If-Match 无从匹配；要新建请去掉 If-Match。",
                "It is not there, so nothing can match. Leave If-Match out to make it."
            );
        }
    }

    /// <summary>Refuses when the caller read another version of the thing its URL names. What moves along with that was never read.</summary>
    public void Demand(Guid id, long version)
    {
        var context = http.HttpContext;
        if (context is null || judged || !(held is { } aimed ? aimed.Id == id : Names(context.Request, id)))
        {
            return;
        }

        (version, judged) = (held?.Version ?? version, held is not null);
        RefuseHeld(context.Request, version);
        if (read is { } basis && basis.Id == id && basis.Version != version)
        {
            throw Changed();
        }

        var given = context.Request.Headers.IfMatch.ToString();
        if (given.Length == 0)
        {
            if (context.GetEndpoint()?.Metadata.GetMetadata<RequiresIfMatch>() is not null)
            {
                throw new Refused(
                    ProblemKinds.PreconditionRequired,
                    "请先读取，再用 If-Match 带上其 ETag。",
                    "Read it first and send its ETag as If-Match."
                );
            }

            return;
        }

        if (given.Trim() != "*" && !Lists(given, version))
        {
            throw Changed();
        }
    }

    private static Refused Changed() =>
        new(ProblemKinds.Stale, "该数据在你读取之后已被修改，请重新读取。", "It has changed since you read it. Read it again.");

    // "Only if it is not there", or not in this version.
    private static void RefuseHeld(HttpRequest request, long version)
    {
        var unwanted = request.Headers.IfNoneMatch.ToString();
        if (unwanted.Length > 0 && (unwanted.Trim() == "*" || Lists(unwanted, version)))
        {
            throw new Refused(
                ProblemKinds.Stale,
                "它已经存在；If-None-Match 要求不存在。请先读取再修改。",
                "It is there already, and If-None-Match asks that it is not. Read it, then change it."
            );
        }
    }

    private static bool Lists(string tags, long version) => tags.Split(',').Any(tag => VersionOf(tag) == version);

    // A track token stands for the one request it was given for.
    private static bool Names(HttpRequest request, Guid id) =>
        request.RouteValues.ContainsKey("track")
        || request.RouteValues.Values.Any(value => Guid.TryParse(value as string, out var named) && named == id);

    private static long? VersionOf(string tag)
    {
        var text = tag.Trim().Trim('"');
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        return dash > 0 && long.TryParse(text[..dash], out var version) ? version : null;
    }
}
