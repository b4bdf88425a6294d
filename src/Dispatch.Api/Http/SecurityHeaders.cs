using Microsoft.Net.Http.Headers;

namespace Dispatch.Api.Http;

/// <summary>What a browser may load for the page that is answered.</summary>
internal sealed record PagePolicy(string Policy);

/// <summary>What a browser is told about every answer: to take it as what it says it is, to show it in no frame, to send its address nowhere.</summary>
internal static class SecurityHeaders
{
    /// <summary>An answer is data; a browser that opens one runs and loads nothing of it.</summary>
    public const string Data = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    /// <summary>The page that shows the contract: its own scripts, and the styles and pictures they make.</summary>
    public const string Docs =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; "
        + "frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    private const string OneYear = "max-age=31536000";
    private const string Nothing = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";

    /// <summary>Around everything that answers.</summary>
    public static void UseSecurityHeaders(this WebApplication app) => app.SayWithEveryAnswer(Say);

    private static void Say(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = context.Request.Path.StartsWithSegments(Service.DocsPath, StringComparison.OrdinalIgnoreCase)
            ? Docs
            : context.Features.Get<PagePolicy>()?.Policy ?? Data;
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Permissions-Policy"] = Nothing;
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        if (context.Request.IsHttps)
        {
            headers[HeaderNames.StrictTransportSecurity] = OneYear;
        }
    }
}
