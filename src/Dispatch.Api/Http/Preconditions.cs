using Dispatch.Api.Http.Contract;

namespace Dispatch.Api.Http;

/// <summary>If-Match of the current call, judged by the handler when everything else would succeed (RFC 9110, 13.2.1).</summary>
internal sealed class Preconditions(IHttpContextAccessor http)
{
    private (Guid Id, long Version)? held;
    private bool judged;

    /// <summary>Keeps the version a thing has before the command touches it, if the URL names it: it may move several times.</summary>
    public void Aim(Guid id, long version)
    {
        if (http.HttpContext is { } context && Names(context.Request, id))
        {
            (held, judged) = ((id, version), false);
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

        if (given.Trim() != "*" && !given.Split(',').Any(tag => VersionOf(tag) == version))
        {
            throw new Refused(
                ProblemKinds.Stale,
                "该数据在你读取之后已被修改，请重新读取。",
                "It has changed since you read it. Read it again."
            );
        }
    }

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
