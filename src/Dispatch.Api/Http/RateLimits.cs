using System.Globalization;
using System.Threading.RateLimiting;
using Dispatch.Api.Http.Access;

namespace Dispatch.Api.Http;

/// <summary>
/// A fixed window of one minute per caller: the subject of the token, or the address where there is none
/// (IPv6: its /64, which one subscriber holds whole). Counted per process.
/// </summary>
internal sealed class RateLimits : IDisposable
{
    public const string PolicyName = "default";

    private const int DefaultPerMinute = 600;
    private static readonly TimeSpan _length = TimeSpan.FromSeconds(60);

    private readonly int _quota;

    public RateLimits(IConfiguration configuration, TimeProvider clock)
    {
        _quota = configuration.GetValue("Dispatch:RateLimit:PerMinute", DefaultPerMinute);
        if (_quota < 1)
        {
            throw new InvalidOperationException("Dispatch:RateLimit:PerMinute must be 1 or more.");
        }

        Limiter = PartitionedRateLimiter.Create<HttpContext, string>(
            context => RateLimitPartition.Get(Caller(context), _ => new Window(_quota, _length, clock)),
            StringComparer.Ordinal
        );
    }

    public PartitionedRateLimiter<HttpContext> Limiter { get; }

    public void Dispose() => Limiter.Dispose();

    public void WriteHeaders(HttpContext context)
    {
        if (Limiter.GetStatistics(context) is not WindowStatistics now)
        {
            return;
        }

        var seconds = (int)_length.TotalSeconds;
        context.Response.Headers["RateLimit-Policy"] = string.Create(
            CultureInfo.InvariantCulture,
            $"\"{PolicyName}\";q={_quota};w={seconds}"
        );
        context.Response.Headers["RateLimit"] = string.Create(
            CultureInfo.InvariantCulture,
            $"\"{PolicyName}\";r={now.CurrentAvailablePermits};t={now.SecondsLeft}"
        );
    }

    private static string Caller(HttpContext context) =>
        context.User.FindFirst("sub")?.Value is { } subject ? $"sub:{subject}" : $"ip:{NetworkAddress.Of(context)}";

    private sealed class WindowStatistics : RateLimiterStatistics
    {
        public required int SecondsLeft { get; init; }
    }

    // The framework's own fixed window does not tell when it ends, which the headers must.
    private sealed class Window(int quota, TimeSpan length, TimeProvider clock) : RateLimiter
    {
        private readonly Lock _gate = new();
        private DateTimeOffset _start = clock.GetUtcNow();
        private int _used;
        private long _granted;
        private long _refused;

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
                    CurrentAvailablePermits = quota - _used,
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
                if (permitCount > quota - _used)
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
            if (now < _start || now >= _start + length)
            {
                (_start, _used) = (now, 0);
            }

            return (int)Math.Ceiling((_start + length - now).TotalSeconds);
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

internal static class RateLimitSetup
{
    public static IServiceCollection AddRateLimits(this IServiceCollection services)
    {
        services.AddSingleton<RateLimits>();
        services
            .AddRateLimiter(limiter =>
            {
                limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
                limiter.OnRejected = async (rejected, _) =>
                {
                    var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var seconds) ? seconds : TimeSpan.FromSeconds(1);
                    var whole = ((int)wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
                    rejected.HttpContext.Response.Headers.RetryAfter = whole;
                    await Problems.Write(
                        rejected.HttpContext,
                        ProblemKinds.TooManyRequests,
                        new Text($"请等待 {whole} 秒后再试。", $"Wait {whole} seconds, then try again.")
                    );
                };
            })
            .AddOptions<Microsoft.AspNetCore.RateLimiting.RateLimiterOptions>()
            .Configure<RateLimits>((limiter, limits) => limiter.GlobalLimiter = limits.Limiter);
        return services;
    }

    /// <summary>After authentication, which names the caller; before everything that costs.</summary>
    public static IApplicationBuilder UseRateLimits(this IApplicationBuilder app)
    {
        var limits = app.ApplicationServices.GetRequiredService<RateLimits>();
        app.Use(
            (context, next) =>
            {
                context.Response.OnStarting(() =>
                {
                    limits.WriteHeaders(context);
                    return Task.CompletedTask;
                });
                return next(context);
            }
        );
        return app.UseRateLimiter();
    }
}
