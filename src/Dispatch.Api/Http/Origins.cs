using Microsoft.Net.Http.Headers;

namespace Dispatch.Api.Http;

/// <summary>Web pages of other origins that a browser lets call this service: those of <c>Dispatch:AllowedOrigins</c>, none by default.</summary>
internal static class Origins
{
    private static readonly string[] Asked =
    [
        HeaderNames.Authorization,
        HeaderNames.ContentType,
        HeaderNames.AcceptLanguage,
        HeaderNames.IfMatch,
        HeaderNames.IfNoneMatch,
        "Idempotency-Key",
        Tracing.TraceParent,
        Tracing.RequestId,
    ];

    private static readonly string[] Answered =
    [
        HeaderNames.ETag,
        HeaderNames.Location,
        HeaderNames.Allow,
        HeaderNames.RetryAfter,
        HeaderNames.Link,
        HeaderNames.WWWAuthenticate,
        "Idempotent-Replayed",
        Tracing.TraceParent,
        Tracing.RequestId,
        "RateLimit",
        "RateLimit-Policy",
    ];

    public static void AddOrigins(this IServiceCollection services, IConfiguration configuration)
    {
        var allowed = configuration.GetSection("Dispatch:AllowedOrigins").Get<string[]>() ?? [];
        if (Array.Find(allowed, text => !IsOrigin(text)) is { } wrong)
        {
            throw new InvalidOperationException(
                $"Dispatch:AllowedOrigins holds origins such as https://union.example.cn; '{wrong}' is none."
            );
        }

        services.AddCors(cors =>
            cors.AddDefaultPolicy(policy =>
                policy
                    // Said as a predicate, the answer varies by origin even when one only is allowed: what a cache keeps must not leak to others.
                    .SetIsOriginAllowed(origin => allowed.Contains(origin, StringComparer.OrdinalIgnoreCase))
                    .WithMethods(HttpMethods.Get, HttpMethods.Post, HttpMethods.Put, HttpMethods.Patch)
                    .WithHeaders(Asked)
                    .WithExposedHeaders(Answered)
                    .SetPreflightMaxAge(TimeSpan.FromHours(1))
            )
        );
    }

    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp)
        && uri.GetLeftPart(UriPartial.Authority).Equals(text, StringComparison.OrdinalIgnoreCase);
}
