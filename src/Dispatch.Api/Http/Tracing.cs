using System.Buffers;
using System.Diagnostics;

namespace Dispatch.Api.Http;

/// <summary>
/// Names every call: <c>traceparent</c> (W3C Trace Context) is taken over and answered with a span of our own, <c>X-Request-Id</c> is the
/// caller's where it is fit for a log. Both stand on every answer, and in the log as a scope.
/// </summary>
internal static class Tracing
{
    public const string TraceParent = "traceparent";
    public const string RequestId = "X-Request-Id";

    private const int LongestRequestId = 128;
    private static readonly SearchValues<char> IdCharacters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"
    );

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>Before everything else: what fails later is named too.</summary>
    public static void UseTracing(this WebApplication app)
    {
        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(Tracing).FullName!);
        app.Use(
            async (context, next) =>
            {
                var (trace, span, flags) = Span(context.Request.Headers[TraceParent]);
                context.TraceIdentifier = GivenId(context.Request.Headers[RequestId]) ?? span;
                context.Response.OnStarting(() =>
                {
                    context.Response.Headers[TraceParent] = $"00-{trace}-{span}-{flags}";
                    context.Response.Headers[RequestId] = context.TraceIdentifier;
                    return Task.CompletedTask;
                });
                using (log.BeginScope("RequestId:{RequestId} TraceId:{TraceId}", context.TraceIdentifier, trace))
                {
                    await next(context);
                }
            }
        );
    }

    private static (string Trace, string Span, string Flags) Span(Microsoft.Extensions.Primitives.StringValues given)
    {
        // A listener that records the call (OpenTelemetry) has read the header already: its span is the one to be found.
        if (Activity.Current is { IdFormat: ActivityIdFormat.W3C } recorded)
        {
            return (recorded.TraceId.ToHexString(), recorded.SpanId.ToHexString(), recorded.Recorded ? "01" : "00");
        }

        var span = ActivitySpanId.CreateRandom().ToHexString();
        return given.Count == 1 && Parse(given[0]!) is { } parent
            ? (parent.Trace, span, parent.Flags)
            : (ActivityTraceId.CreateRandom().ToHexString(), span, "00");
    }

    // version-trace-parent-flags, lower-case hexadecimal; a later version may go on after the flags (W3C Trace Context, 3.2 and 4.3).
    private static (string Trace, string Flags)? Parse(string text)
    {
        const int whole = 55;
        return
            text.Length >= whole
            && text[2] == '-'
            && text[35] == '-'
            && text[52] == '-'
            && IsHex(text.AsSpan(0, 2))
            && IsHex(text.AsSpan(3, 32))
            && IsHex(text.AsSpan(36, 16))
            && IsHex(text.AsSpan(53, 2))
            && text.AsSpan(3, 32).ContainsAnyExcept('0')
            && text.AsSpan(36, 16).ContainsAnyExcept('0')
            && text[..2] switch
            {
                "ff" => false,
                "00" => text.Length == whole,
                _ => text.Length == whole || text[whole] == '-',
            }
            ? (text[3..35], (Convert.FromHexString(text.AsSpan(53, 2))[0] & 1) == 1 ? "01" : "00")
            : null;
    }

    private static bool IsHex(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(HexDigits);

    private static string? GivenId(Microsoft.Extensions.Primitives.StringValues given) =>
        given is [{ Length: > 0 and <= LongestRequestId } id] && !id.AsSpan().ContainsAnyExcept(IdCharacters) ? id : null;
}
