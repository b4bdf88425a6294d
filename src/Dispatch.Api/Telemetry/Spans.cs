using System.Diagnostics;
using Dispatch.Api.Http;

namespace Dispatch.Api.Telemetry;

/// <summary>The spans of this service beside those of the framework: a command, its commit, a match, a timer. Without somebody who listens there are
/// none. They hold names of use cases, counts and kinds of refusal, and never what a refusal says.</summary>
internal static class Spans
{
    public const string SourceName = "Dispatch";
    public const string Commit = "commit";
    public const string Match = "match";
    public const string Timer = "timer";
    public const string Commands = "dispatch.commit.commands";
    public const string Eligible = "dispatch.match.eligible";
    public const string Deadline = "dispatch.timer.deadline";
    public const string RefusedAs = "dispatch.refused";
    public const string ErrorType = "error.type";
    public const string Method = "http.request.method";
    public const string Route = "http.route";
    public const string Status = "http.response.status_code";

    private const int FirstServerError = 500;
    private static readonly ActivitySource Source = new(SourceName);

    public static Activity? Begin(string name) => Source.StartActivity(name);

    /// <summary>Where a commit belongs that another thread makes; none when nobody listens.</summary>
    public static ActivityContext? Here => Source.HasListeners() && Activity.Current is { Recorded: true } current ? current.Context : null;

    /// <summary>A commit that many commands shared is told in the trace of each.</summary>
    public static void Committed(ActivityContext parent, DateTimeOffset from, TimeSpan took, int commands, Exception? failure)
    {
        using var span = Source.StartActivity(Commit, ActivityKind.Internal, parent, startTime: from);
        if (span is not null)
        {
            span.SetTag(Commands, commands);
            span.SetEndTime((from + took).UtcDateTime);
            if (failure is not null)
            {
                Failed(span, failure);
            }
        }
    }

    /// <summary>Notes how it failed and leaves the exception to whoever handles it: always false, for a filter.</summary>
    public static bool Failed(Activity? span, Exception cause)
    {
        if (span is null)
        {
            return false;
        }

        if (cause is Refused refused)
        {
            span.SetTag(RefusedAs, refused.Kind.Code);
            return false;
        }

        span.SetTag(ErrorType, cause.GetType().Name);
        span.SetStatus(ActivityStatusCode.Error);
        return false;
    }

    /// <summary>Names the span of a call.</summary>
    public static void Answered(Activity span, string method, string route, int status)
    {
        span.DisplayName = $"{method} {route}";
        if (!span.IsAllDataRequested)
        {
            return;
        }

        span.SetTag(Method, method);
        span.SetTag(Route, route);
        span.SetTag(Status, status);
        if (status >= FirstServerError)
        {
            span.SetStatus(ActivityStatusCode.Error);
        }
    }
}
