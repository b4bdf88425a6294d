using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Dispatch.Api.Telemetry;

/// <summary>Measures every call by the route it took, and names its span so. What stands in the address itself is nobody's to keep: ids, and the secret
/// of the requester without an account.</summary>
internal static class CallTimes
{
    private static readonly string[] Statuses = ["0xx", "1xx", "2xx", "3xx", "4xx", "5xx"];
    private static readonly ConcurrentDictionary<RoutePattern, string> Routes = new();

    public static void UseCallTimes(this WebApplication app)
    {
        var instruments = app.Services.GetRequiredService<Instruments>();
        app.Use(
            async (HttpContext context, RequestDelegate next) =>
            {
                var (from, method, answered) = (Stopwatch.GetTimestamp(), MethodOf(context.Request.Method), false);
                try
                {
                    await next(context);
                    answered = true;
                }
                finally
                {
                    var (route, status) = (RouteOf(context), context.Response.StatusCode);
                    var kind = answered ? Statuses[Math.Clamp(status / 100, 0, Statuses.Length - 1)] : Instruments.Aborted;
                    instruments.Called(method, route, kind, Stopwatch.GetElapsedTime(from));
                    if (context.Features.Get<IHttpActivityFeature>()?.Activity is { } span)
                    {
                        Spans.Answered(span, method, route, status);
                    }
                }
            }
        );
    }

    // A caller may write any method.
    private static string MethodOf(string method) =>
        method switch
        {
            "GET" or "HEAD" or "POST" or "PUT" or "PATCH" or "DELETE" or "OPTIONS" => method,
            _ => "other",
        };

    // A refusal is thrown, and whoever words it clears the endpoint.
    private static string RouteOf(HttpContext context) =>
        (context.GetEndpoint() ?? context.Features.Get<IExceptionHandlerFeature>()?.Endpoint) is RouteEndpoint endpoint
            ? Routes.GetOrAdd(endpoint.RoutePattern, Template)
            : Instruments.Unmatched;

    private static string Template(RoutePattern pattern) =>
        string.Concat(
            pattern.PathSegments.Select(segment =>
                "/"
                + string.Concat(
                    segment.Parts.Select(part =>
                        part switch
                        {
                            RoutePatternLiteralPart literal => literal.Content,
                            RoutePatternParameterPart parameter => $"{{{parameter.Name}}}",
                            _ => "",
                        }
                    )
                )
            )
        );
}
