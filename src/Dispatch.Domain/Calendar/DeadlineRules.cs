using Dispatch.Domain.Requests;

namespace Dispatch.Domain.Calendar;

public enum DeadlineKind
{
    /// <summary>An officer looks at what waits in a queue.</summary>
    Triage,

    /// <summary>A team answers an offer; the clock starts when the team has heard of it.</summary>
    Answer,

    /// <summary>The first visit begins, from acceptance.</summary>
    FirstVisit,

    /// <summary>The team reports the result, from the end of its last visit.</summary>
    Report,

    /// <summary>The help is finished, from acceptance.</summary>
    Closing,

    /// <summary>The requester's word; silence closes the request.</summary>
    SilentClosing,
}

public enum SpanUnit
{
    Minutes,
    Hours,
    Days,
    WorkingHours,
    WorkingDays,
}

/// <summary>A length of time as a rule names it.</summary>
public readonly record struct Span(int Amount, SpanUnit Unit)
{
    /// <summary>Clock time runs through nights and holidays; working time does not.</summary>
    public bool IsClockTime => Unit is SpanUnit.Minutes or SpanUnit.Hours or SpanUnit.Days;
}

/// <summary>How long everybody has. The table is the published default; a union may give another.</summary>
public sealed class DeadlineRules(WorkingCalendar calendar, IReadOnlyDictionary<(DeadlineKind Kind, Urgency Urgency), Span>? own = null)
{
    /// <summary>The default for every urgency, then what differs for some. Emergencies run on the clock.</summary>
    public static IReadOnlyList<(DeadlineKind Kind, Urgency? Urgency, Span Span)> Published { get; } =
    [
        (DeadlineKind.Triage, null, new(4, SpanUnit.WorkingHours)),
        (DeadlineKind.Triage, Urgency.Emergency, new(15, SpanUnit.Minutes)),
        (DeadlineKind.Answer, null, new(1, SpanUnit.WorkingDays)),
        (DeadlineKind.Answer, Urgency.High, new(4, SpanUnit.WorkingHours)),
        (DeadlineKind.Answer, Urgency.Emergency, new(15, SpanUnit.Minutes)),
        (DeadlineKind.FirstVisit, null, new(5, SpanUnit.WorkingDays)),
        (DeadlineKind.FirstVisit, Urgency.High, new(2, SpanUnit.WorkingDays)),
        (DeadlineKind.FirstVisit, Urgency.Emergency, new(24, SpanUnit.Hours)),
        (DeadlineKind.Report, null, new(3, SpanUnit.WorkingDays)),
        (DeadlineKind.Report, Urgency.Emergency, new(72, SpanUnit.Hours)),
        (DeadlineKind.Closing, null, new(15, SpanUnit.WorkingDays)),
        (DeadlineKind.Closing, Urgency.Emergency, new(15, SpanUnit.Days)),
        (DeadlineKind.SilentClosing, null, new(7, SpanUnit.Days)),
    ];

    /// <summary>The answer clock starts at delivery, and at the latest this long after the offer.</summary>
    public static readonly TimeSpan LatestDelivery = TimeSpan.FromMinutes(5);

    /// <summary>A late word of the requester still counts, and a reopening is still possible, for this long after closing.</summary>
    public static readonly TimeSpan Reopening = TimeSpan.FromDays(90);

    public Span SpanOf(DeadlineKind kind, Urgency urgency)
    {
        if (own is not null && own.TryGetValue((kind, urgency), out var span))
        {
            return span;
        }

        var rows = Published.Where(row => row.Kind == kind);
        return (
            rows.FirstOrDefault(row => row.Urgency == urgency) is { Urgency: not null } exact
                ? exact
                : rows.First(row => row.Urgency is null)
        ).Span;
    }

    public Due From(DeadlineKind kind, Urgency urgency, DateTimeOffset start)
    {
        var span = SpanOf(kind, urgency);
        return span.Unit switch
        {
            SpanUnit.WorkingDays => calendar.DueAfterWorkingDays(start, span.Amount),
            SpanUnit.WorkingHours => calendar.DueAfterWorkingHours(start, span.Amount),
            SpanUnit.Minutes => new Due(start.AddMinutes(span.Amount), false),
            SpanUnit.Hours => new Due(start.AddHours(span.Amount), false),
            _ => new Due(start.AddDays(span.Amount), false),
        };
    }

    /// <summary>What is left of a deadline at the moment it pauses, in the time it runs on.</summary>
    public TimeSpan Remaining(DeadlineKind kind, Urgency urgency, DateTimeOffset now, DateTimeOffset due) =>
        due <= now ? TimeSpan.Zero
        : SpanOf(kind, urgency).IsClockTime ? due - now
        : calendar.WorkingTimeBetween(now, due);

    /// <summary>The new due time of a deadline that goes on now with so much left.</summary>
    public Due Resumed(DeadlineKind kind, Urgency urgency, DateTimeOffset now, TimeSpan remaining) =>
        SpanOf(kind, urgency).IsClockTime ? new Due(now + remaining, false) : calendar.AddWorkingTime(now, remaining);
}
