using System.Diagnostics.Metrics;
using Dispatch.Api.Features.Imports;
using Dispatch.Api.Features.Notices;
using Dispatch.Api.Features.Offers;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Domain.Offers;
using Dispatch.Domain.Requests;

namespace Dispatch.Api.Telemetry;

/// <summary>
/// Everything that is measured, defined here and nowhere else, so that <c>/metrics</c> and OTLP tell the same. No label holds an id, an address or a
/// word of a caller's: each takes its values from a list that is known when the service starts.
/// </summary>
internal sealed class Instruments : IDisposable
{
    public const string MeterName = "Dispatch";
    public const string Unmatched = "unmatched";
    public const string Aborted = "aborted";

    private const string Seconds = "s";

    private static readonly InstrumentAdvice<double> Calls = new()
    {
        HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    };

    private static readonly InstrumentAdvice<double> Work = new()
    {
        HistogramBucketBoundaries = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    };

    // A minute to a week: the shortest answer is due in minutes, the longest in working days.
    private static readonly InstrumentAdvice<double> Waits = new()
    {
        HistogramBucketBoundaries = [60, 300, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400, 259_200, 604_800],
    };

    // A page of rows to a file as large as one may be, behind twenty others.
    private static readonly InstrumentAdvice<double> Files = new()
    {
        HistogramBucketBoundaries = [1, 5, 15, 60, 300, 900, 1800, 3600, 14_400],
    };

    private static readonly InstrumentAdvice<int> Batches = new() { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256] };

    private readonly Histogram<double> calls;
    private readonly Counter<long> refused;
    private readonly Counter<long> turnedAway;
    private readonly Counter<long> offersMade;
    private readonly Counter<long> offersEnded;
    private readonly Histogram<double> acceptances;
    private readonly UpDownCounter<long> commandsWaiting;
    private readonly Counter<long> commandsRefused;
    private readonly Histogram<int> batches;
    private readonly Histogram<double> commits;
    private readonly Counter<long> commitsFailed;
    private readonly Histogram<double> matches;
    private readonly Counter<long> timersFired;
    private readonly Counter<long> noticesWritten;
    private readonly Counter<long> noticesHooked;
    private readonly Counter<long> importRows;
    private readonly Histogram<double> imports;
    private volatile Figures? latest;
    private volatile bool isReady;

    public Instruments()
    {
        Meter = new Meter(new MeterOptions(MeterName) { Scope = this });
        calls = Times("dispatch.call.duration", "Time from a call to its answer; waits for notices are among them.", Calls);
        refused = Count("dispatch.refused", "Calls and sign-ins refused since this process started.");
        turnedAway = Count("dispatch.calls.turned_away", "Calls turned away because too many were worked on, by their turn.");
        Gauge("dispatch.requests", "Help requests under way.", "state", figures => figures.Requests);
        Gauge("dispatch.queue.depth", "Open help requests, by the desk that has them.", "desk", figures => figures.Desks);
        Gauge("dispatch.offers.pending", "Offers that wait for an answer.", figures => figures.OffersPending);
        offersMade = Count("dispatch.offers.made", "Offers made, by the way they came about.");
        offersEnded = Count("dispatch.offers.ended", "Offers that ended, by how.");
        acceptances = Times(
            "dispatch.acceptance.wait",
            "Time from asking for help, or the last reopening, until a team had it in hand.",
            Waits
        );
        commandsWaiting = Meter.CreateUpDownCounter<long>(
            "dispatch.commands.waiting",
            "{command}",
            "Commands that wait for their turn to write."
        );
        commandsRefused = Count("dispatch.commands.refused", "Commands refused because too many waited.");
        batches = Meter.CreateHistogram("dispatch.commit.commands", "{command}", "Commands that shared one commit.", null, Batches);
        commits = Times("dispatch.commit.duration", "Time a commit took until it was flushed.", Work);
        commitsFailed = Count("dispatch.commits.failed", "Commits that failed or whose outcome is unknown.");
        matches = Times("dispatch.match.duration", "Time to rank the teams for a request.", Work);
        Gauge("dispatch.index.teams_behind", "Teams whose changes the team index must still take in.", figures => figures.TeamsBehind);
        Gauge(
            "dispatch.index.age",
            "How long ago the team index was level with the database; 0 while it is.",
            figures => figures.IndexAge.TotalSeconds,
            Seconds
        );
        Gauge("dispatch.timers.overdue", "Timers that are due and have not fired.", figures => figures.TimersOverdue);
        Gauge(
            "dispatch.timers.oldest_wait",
            "How long the oldest due timer has waited.",
            figures => figures.TimersOldestWait.TotalSeconds,
            Seconds
        );
        timersFired = Count("dispatch.timers.fired", "Timers that came up, by what became of them.");
        Gauge("dispatch.notices.undelivered", "Notices that reached nobody yet.", figures => figures.NoticesUndelivered);
        noticesWritten = Count("dispatch.notices.written", "Notices written, by whom they are for.");
        noticesHooked = Count("dispatch.notices.hooked", "Notices posted to the hook, by what became of them.");
        importRows = Count(
            "dispatch.import.rows",
            "Rows of imports that were read, by kind and by what became of them; dry runs are not among them."
        );
        imports = Times("dispatch.import.duration", "Time from handing a file over until its last row was read, or it failed.", Files);
        Gauge("dispatch.audit.unsealed", "Entries of the audit that are not chained yet.", figures => figures.AuditUnsealed);
        Meter.CreateObservableGauge("dispatch.ready", () => isReady ? 1 : 0, null, "1 while work may be sent here, else 0.");
    }

    public Meter Meter { get; }

    /// <summary>What is there now.</summary>
    /// <param name="figures">None: the database does not say, and nothing of it is told.</param>
    public void Found(Figures? figures, bool ready) => (latest, isReady) = (figures, ready);

    /// <summary>A series that is missing looks like a broken scrape: what has not happened yet is zero. Only counts once somebody listens.</summary>
    public void ShowZeros()
    {
        foreach (var kind in Refusals.Kinds)
        {
            refused.Add(0, new KeyValuePair<string, object?>("kind", kind));
        }

        foreach (var precedence in Enum.GetValues<Precedence>().Where(precedence => precedence != Precedence.Apart))
        {
            turnedAway.Add(0, new KeyValuePair<string, object?>("turn", Words.Of(precedence)));
        }

        ShowZeros<OfferWay>(offersMade, "way");
        foreach (var outcome in Enum.GetValues<OfferState>().Where(state => state != OfferState.Pending))
        {
            OfferEnded(Words.Of(outcome), 0);
        }

        commandsWaiting.Add(0);
        commandsRefused.Add(0);
        commitsFailed.Add(0);
        ShowZeros<TimerOutcome>(timersFired, "outcome");
        ShowZeros<NoticeRecipient>(noticesWritten, "recipient");
        ShowZeros<HookOutcome>(noticesHooked, "outcome");
        foreach (var kind in Enum.GetValues<ImportKind>())
        {
            ImportRowsRead(kind, 0, 0, 0);
        }
    }

    /// <param name="status">The first digit of the status as in <c>2xx</c>, or <see cref="Aborted"/>.</param>
    public void Called(string method, string route, string status, TimeSpan took) =>
        calls.Record(took.TotalSeconds, new("method", method), new("route", route), new("status", status));

    public void Refused(string kind) => refused.Add(1, new KeyValuePair<string, object?>("kind", kind));

    public void TurnedAway(Precedence precedence) => turnedAway.Add(1, new KeyValuePair<string, object?>("turn", Words.Of(precedence)));

    public void OfferMade(string way) => offersMade.Add(1, new KeyValuePair<string, object?>("way", way));

    public void OfferEnded(string outcome, int times = 1) => offersEnded.Add(times, new KeyValuePair<string, object?>("outcome", outcome));

    public void Accepted(string urgency, TimeSpan wait) =>
        acceptances.Record(wait.TotalSeconds, new KeyValuePair<string, object?>("urgency", urgency));

    public void CommandQueued() => commandsWaiting.Add(1);

    public void CommandTaken() => commandsWaiting.Add(-1);

    public void CommandRefused() => commandsRefused.Add(1);

    public void Committed(int commands, TimeSpan took)
    {
        batches.Record(commands);
        commits.Record(took.TotalSeconds);
    }

    public void CommitFailed() => commitsFailed.Add(1);

    public void Matched(TimeSpan took) => matches.Record(took.TotalSeconds);

    public void TimerFired(TimerOutcome outcome) => timersFired.Add(1, new KeyValuePair<string, object?>("outcome", Words.Of(outcome)));

    public void NoticeWritten(NoticeRecipient recipient) =>
        noticesWritten.Add(1, new KeyValuePair<string, object?>("recipient", Words.Of(recipient)));

    public void NoticeHooked(HookOutcome outcome) => noticesHooked.Add(1, new KeyValuePair<string, object?>("outcome", Words.Of(outcome)));

    public void ImportRowsRead(ImportKind kind, int taken, int thereAlready, int refusedRows)
    {
        Add("taken", taken);
        Add("there_already", thereAlready);
        Add("refused", refusedRows);

        void Add(string outcome, int rows) => importRows.Add(rows, new("kind", Words.Of(kind)), new("outcome", outcome));
    }

    public void ImportEnded(ImportKind kind, ImportState state, TimeSpan took) =>
        imports.Record(took.TotalSeconds, new("kind", Words.Of(kind)), new("state", Words.Of(state)));

    public void Dispose() => Meter.Dispose();

    private static void ShowZeros<TWord>(Counter<long> counter, string label)
        where TWord : struct, Enum
    {
        foreach (var word in Enum.GetValues<TWord>())
        {
            counter.Add(0, new KeyValuePair<string, object?>(label, Words.Of(word)));
        }
    }

    private Counter<long> Count(string name, string meaning) => Meter.CreateCounter<long>(name, null, meaning);

    private Histogram<double> Times(string name, string meaning, InstrumentAdvice<double> buckets) =>
        Meter.CreateHistogram(name, Seconds, meaning, null, buckets);

    private void Gauge(string name, string meaning, Func<Figures, double> value, string? unit = null) =>
        Meter.CreateObservableGauge(
            name,
            () => latest is { } figures ? [new Measurement<double>(value(figures))] : Array.Empty<Measurement<double>>(),
            unit,
            meaning
        );

    private void Gauge(string name, string meaning, string label, Func<Figures, IReadOnlyDictionary<string, long>> values) =>
        Meter.CreateObservableGauge(
            name,
            () =>
                latest is { } figures
                    ? values(figures)
                        .Select(value => new Measurement<double>(value.Value, new KeyValuePair<string, object?>(label, value.Key)))
                    : [],
            null,
            meaning
        );
}

/// <summary>What became of a timer that came up.</summary>
internal enum TimerOutcome
{
    Fired,

    /// <summary>It is tried again with the next look.</summary>
    Failed,
}

/// <summary>Whom a notice is for.</summary>
internal enum NoticeRecipient
{
    Team,
    Officer,
    Requester,
}

/// <summary>What became of a notice that was posted.</summary>
internal enum HookOutcome
{
    Delivered,
    Postponed,
}
