using System.Globalization;

namespace Dispatch.Api.Tests;

/// <summary>A clock that stands still until it is moved.</summary>
public sealed class FixedClock(DateTimeOffset now) : TimeProvider
{
    private DateTimeOffset now = now;

    public override DateTimeOffset GetUtcNow() => now;

    /// <summary>Sets the clock to a time of day in Shanghai.</summary>
    public void SetShanghai(string local) => now = DateTimeOffset.Parse(local + "+08:00", CultureInfo.InvariantCulture).ToUniversalTime();

    public void Advance(TimeSpan by) => now += by;
}
