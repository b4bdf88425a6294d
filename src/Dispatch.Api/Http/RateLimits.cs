using System.Collections.Concurrent;
using System.Globalization;
using System.Threading.RateLimiting;
using Dispatch.Api.Http.Access;

namespace Dispatch.Api.Http;

/// <summary>
/// Fixed windows that begin with the minute or the hour: of each address, whoever calls from it (IPv6: its /64, which one subscriber holds whole); of
/// each caller, the subject of the token or the address where there is none; and of his searches on the map. Each process counts for itself, and where
/// there are several <see cref="RateExchange"/> tells each what the others let through.
/// </summary>
internal sealed class RateLimits : IDisposable
{
    private const int DefaultPerMinute = 600;

    /// <summary>An office behind one address is many callers.</summary>
    private const int AddressTimes = 10;
    private static readonly TimeSpan OneMinute = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan OneHour = TimeSpan.FromHours(1);

    public RateLimits(IConfiguration configuration, TimeProvider clock)
    {
        var perMinute = Quota(configuration, "Dispatch:RateLimit:PerMinute", DefaultPerMinute);
        var perAddress = Quota(
            configuration,
            "Dispatch:RateLimit:AddressPerMinute",
            (int)Math.Min(int.MaxValue, (long)perMinute * AddressTimes)
        );
        var maps = Quota(configuration, "Dispatch:RateLimit:MapPerHour", perMinute);
        Address = new RatePolicy("address", perAddress, OneMinute, context => NetworkAddress.Of(context), clock);
        Caller = new RatePolicy("default", perMinute, OneMinute, CallerOf, clock);
        // Moved step by step over the country, a box would find everybody who asks for help.
        Map = new RatePolicy("map", maps, OneHour, CallerOf, clock);
    }

    public RatePolicy Address { get; }

    public RatePolicy Caller { get; }

    public RatePolicy Map { get; }

    public IReadOnlyList<RatePolicy> All => [Address, Caller, Map];

    public void Dispose()
    {
        Address.Dispose();
        Caller.Dispose();
        Map.Dispose();
    }

    private static int Quota(IConfiguration configuration, string key, int otherwise)
    {
        var quota = configuration.GetValue(key, otherwise);
        return quota < 1 ? throw new InvalidOperationException($"{key} must be 1 or more.") : quota;
    }

    private static string CallerOf(HttpContext context) =>
        context.User.FindFirst("sub")?.Value is { } subject ? $"sub:{subject}" : $"ip:{NetworkAddress.Of(context)}";
}

/// <summary>So many calls in so much time, of each of those that <c>whose</c> tells apart.</summary>
internal sealed class RatePolicy : IDisposable
{
    /// <summary>Whoever has used this part of his quota is told of to the other nodes.</summary>
    private const int PartWorthTelling = 20;

    private readonly ConcurrentDictionary<string, Window> open = new(StringComparer.Ordinal);
    private readonly PartitionedRateLimiter<HttpContext> limiter;
    private readonly int quota;
    private readonly TimeSpan length;

    public RatePolicy(string name, int quota, TimeSpan length, Func<HttpContext, string> whose, TimeProvider clock)
    {
        (Name, this.quota, this.length) = (name, quota, length);
        limiter = PartitionedRateLimiter.Create<HttpContext, string>(
            context =>
                RateLimitPartition.Get(
                    whose(context),
                    key => open[key] = new Window(quota, length, clock, () => open.TryRemove(key, out _))
                ),
            StringComparer.Ordinal
        );
    }

    public string Name { get; }

    public int Quota => quota;

    public void Dispose() => limiter.Dispose();

    /// <summary>Counts the call; null when it may go on, else how long to wait.</summary>
    public TimeSpan? Take(HttpContext context)
    {
        using var lease = limiter.AttemptAcquire(context);
        return lease.IsAcquired ? null
            : lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait
            : length;
    }

    /// <summary>Who has used much of his quota here in the window that runs.</summary>
    public IEnumerable<Use> MuchUsed() =>
        open.Select(pair => pair.Value.Use(pair.Key)).Where(use => use.Taken > 0 && use.Taken >= quota / PartWorthTelling);

    /// <summary>Counts what other nodes let through with what was let through here.</summary>
    /// <param name="elsewhere">Of a caller in the window that begins then.</param>
    public void Hear(Func<string, DateTimeOffset, int> elsewhere)
    {
        foreach (var (whose, window) in open)
        {
            window.Hear(start => elsewhere(whose, start));
        }
    }

    /// <summary>How much of the quota is left, from 0 to 1.</summary>
    public double Left(HttpContext context) => (Now(context)?.CurrentAvailablePermits ?? quota) / (double)quota;

    public void WriteHeaders(HttpContext context)
    {
        if (Now(context) is not { } now)
        {
            return;
        }

        var seconds = (int)length.TotalSeconds;
        context.Response.Headers["RateLimit-Policy"] = string.Create(CultureInfo.InvariantCulture, $"\"{Name}\";q={quota};w={seconds}");
        context.Response.Headers["RateLimit"] = string.Create(
            CultureInfo.InvariantCulture,
            $"\"{Name}\";r={now.CurrentAvailablePermits};t={now.SecondsLeft}"
        );
    }

    private WindowStatistics? Now(HttpContext context) => limiter.GetStatistics(context) as WindowStatistics;

    private sealed class WindowStatistics : RateLimiterStatistics
    {
        public required int SecondsLeft { get; init; }
    }

    // The framework's own fixed window does not tell when it ends, which the headers must.
    private sealed class Window(int quota, TimeSpan length, TimeProvider clock, Action closed) : RateLimiter
    {
        private readonly Lock _gate = new();
        private DateTimeOffset _start = Floor(clock.GetUtcNow(), length);
        private int _used;
        private int _elsewhere;
        private long _granted;
        private long _refused;

        private int Left => Math.Max(0, quota - _used - _elsewhere);

        public Use Use(string whose)
        {
            lock (_gate)
            {
                Turn();
                return new Use(whose, _start, _used);
            }
        }

        public void Hear(Func<DateTimeOffset, int> elsewhere)
        {
            lock (_gate)
            {
                Turn();
                _elsewhere = elsewhere(_start);
            }
        }

        public override TimeSpan? IdleDuration
        {
            get
            {
                lock (_gate)
                {
                    var idle = clock.GetUtcNow() - _start - length;
                    return idle > TimeSpan.Zero ? idle : null;
                }
            }
        }

        public override RateLimiterStatistics GetStatistics()
        {
            lock (_gate)
            {
                var left = Turn();
                return new WindowStatistics
                {
                    CurrentAvailablePermits = Left,
                    SecondsLeft = left,
                    TotalSuccessfulLeases = _granted,
                    TotalFailedLeases = _refused,
                };
            }
        }

        protected override RateLimitLease AttemptAcquireCore(int permitCount)
        {
            lock (_gate)
            {
                var left = Turn();
                if (permitCount > Left)
                {
                    _refused++;
                    return new Lease(isAcquired: false, TimeSpan.FromSeconds(left));
                }

                _used += permitCount;
                _granted++;
                return Lease.Granted;
            }
        }

        protected override ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken) =>
            ValueTask.FromResult(AttemptAcquireCore(permitCount));

        // Seconds are rounded up: a caller who waits them out finds the window open.
        private int Turn()
        {
            var now = clock.GetUtcNow();
            var start = Floor(now, length);
            if (start != _start)
            {
                (_start, _used, _elsewhere) = (start, 0, 0);
            }

            return (int)Math.Ceiling((_start + length - now).TotalSeconds);
        }

        // One beginning for all nodes.
        private static DateTimeOffset Floor(DateTimeOffset now, TimeSpan length) => now.AddTicks(-(now.UtcTicks % length.Ticks));

        protected override void Dispose(bool disposing)
        {
            closed();
            base.Dispose(disposing);
        }

        protected override ValueTask DisposeAsyncCore()
        {
            closed();
            return base.DisposeAsyncCore();
        }
    }

    private sealed class Lease(bool isAcquired, TimeSpan retryAfter) : RateLimitLease
    {
        public static readonly Lease Granted = new(isAcquired: true, TimeSpan.Zero);

        public override bool IsAcquired => isAcquired;

        public override IEnumerable<string> MetadataNames => isAcquired ? [] : [MetadataName.RetryAfter.Name];

        public override bool TryGetMetadata(string metadataName, out object? metadata)
        {
            var found = !isAcquired && string.Equals(metadataName, MetadataName.RetryAfter.Name, StringComparison.Ordinal);
            metadata = found ? retryAfter : null;
            return found;
        }
    }
}

/// <summary>How many calls of somebody one node let through.</summary>
/// <param name="Start">When the window that runs began.</param>
internal sealed record Use(string Whose, DateTimeOffset Start, int Taken);

/// <summary>The limits a call was judged by, for the headers of its answer.</summary>
internal sealed class JudgedLimits
{
    public List<RatePolicy> Policies { get; } = [];
}

internal static class RateLimitSetup
{
    private const string Box = "bbox";

    public static void AddRateLimits(this IServiceCollection services) => services.AddSingleton<RateLimits>();

    /// <summary>Before authentication: guessing tokens costs a signature or a look into the database each.</summary>
    public static void UseAddressLimits(this WebApplication app)
    {
        var limits = app.Services.GetRequiredService<RateLimits>();
        app.Use(
            (context, next) =>
            {
                context.Features.Set(new JudgedLimits());
                context.Response.OnStarting(() =>
                {
                    // The one that binds first is told.
                    context.Features.Get<JudgedLimits>()!.Policies.MinBy(policy => policy.Left(context))?.WriteHeaders(context);
                    return Task.CompletedTask;
                });
                return Judge(context, limits.Address) is { } refused ? Refuse(context, refused) : next(context);
            }
        );
    }

    /// <summary>After authentication, which names the caller; before everything else that costs.</summary>
    public static void UseRateLimits(this WebApplication app)
    {
        var limits = app.Services.GetRequiredService<RateLimits>();
        app.Use(
            (context, next) =>
            {
                var refused = Judge(context, limits.Caller);
                if (refused is null && context.Request.QueryString.HasValue && context.Request.Query.ContainsKey(Box))
                {
                    refused = Judge(context, limits.Map);
                }

                return refused is null ? next(context) : Refuse(context, refused);
            }
        );
    }

    private static Refused? Judge(HttpContext context, RatePolicy policy)
    {
        context.Features.Get<JudgedLimits>()!.Policies.Add(policy);
        if (policy.Take(context) is not { } wait)
        {
            return null;
        }

        var seconds = (int)Math.Ceiling(wait.TotalSeconds);
        return new Refused(ProblemKinds.TooManyRequests, $"请等待 {seconds} 秒后再试。", $"Wait {seconds} seconds, then try again.")
        {
            RetryAfter = seconds,
        };
    }

    // Written, not thrown: a flood must cost little. Without its endpoint, or caches would keep the refusal as they keep the catalogue.
    private static Task Refuse(HttpContext context, Refused refused)
    {
        context.SetEndpoint(null);
        return Problems.Write(context, refused);
    }
}
