using Dispatch.Domain.Calendar;
using Xunit;

namespace Dispatch.Domain.Tests.Calendar;

public sealed class ShanghaiTimeTests
{
    [Theory]
    [InlineData("2026-06-01T15:59:59Z", "2026-06-01")]
    [InlineData("2026-06-01T16:00:00Z", "2026-06-02")]
    [InlineData("2026-12-31T16:00:00Z", "2027-01-01")]
    [InlineData("2026-06-01T23:30:00-10:00", "2026-06-02")]
    [InlineData("2026-06-02T00:30:00+14:00", "2026-06-01")]
    public void A_day_begins_at_midnight_in_Shanghai(string instant, string day) =>
        Assert.Equal(DateOnly.Parse(day), ShanghaiTime.DayOf(DateTimeOffset.Parse(instant)));

    [Theory]
    [InlineData("2026-01-15T00:00:00Z", "2026-01-15T08:00:00+08:00")]
    [InlineData("2026-07-15T00:00:00Z", "2026-07-15T08:00:00+08:00")]
    public void Clocks_are_eight_hours_ahead_in_winter_and_in_summer(string instant, string local) =>
        Assert.True(DateTimeOffset.Parse(local).EqualsExact(ShanghaiTime.ToLocal(DateTimeOffset.Parse(instant))));

    [Fact]
    public void A_time_of_a_day_is_an_instant_in_utc() =>
        Assert.True(
            new DateTimeOffset(2026, 6, 1, 18, 0, 0, TimeSpan.Zero).EqualsExact(
                ShanghaiTime.At(new DateOnly(2026, 6, 2), new TimeOnly(2, 0))
            )
        );
}
