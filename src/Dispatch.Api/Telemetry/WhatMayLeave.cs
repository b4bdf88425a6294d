using System.Collections.Frozen;
using System.Diagnostics;
using OpenTelemetry;

namespace Dispatch.Api.Telemetry;

/// <summary>Stands before whatever exports spans: of those of the framework, too, only these attributes go out. The others hold the address of the call
/// with its ids and secrets, the browser of the caller, the key in the address of the hook, the connection string.</summary>
internal sealed class WhatMayLeave : BaseProcessor<Activity>
{
    private const string ServerAddress = "server.address";

    public static readonly FrozenSet<string> Attributes = new[]
    {
        Spans.Commands,
        Spans.Eligible,
        Spans.Deadline,
        Spans.RefusedAs,
        Spans.ErrorType,
        Spans.Method,
        Spans.Route,
        Spans.Status,
        "db.system.name",
        // Of statements the text: every value in it is a parameter.
        "db.query.text",
        "db.operation.name",
        "db.response.status_code",
        ServerAddress,
        "server.port",
    }.ToFrozenSet(StringComparer.Ordinal);

    // What an exception says may hold what somebody sent; its type tells enough.
    private readonly ActivityListener exceptions = new()
    {
        ShouldListenTo = _ => true,
        ExceptionRecorder = (Activity _, Exception _, ref TagList tags) =>
        {
            tags.Add("exception.message", "");
            tags.Add("exception.stacktrace", "");
        },
    };

    public WhatMayLeave() => ActivitySource.AddActivityListener(exceptions);

    // What a caller put into his tracestate goes no further.
    public override void OnStart(Activity data) => data.TraceStateString = null;

    public override void OnEnd(Activity data)
    {
        foreach (var (name, _) in data.TagObjects.Where(tag => !MayLeave(data, tag.Key)).ToList())
        {
            data.SetTag(name, null);
        }

        if (data.StatusDescription is not null)
        {
            data.SetStatus(data.Status);
        }
    }

    protected override void Dispose(bool disposing)
    {
        exceptions.Dispose();
        base.Dispose(disposing);
    }

    // Of a call that came in it is what the caller wrote as the host.
    private static bool MayLeave(Activity span, string attribute) =>
        Attributes.Contains(attribute) && (span.Kind != ActivityKind.Server || attribute != ServerAddress);
}
