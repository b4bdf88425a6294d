using Dispatch.Domain.Matching;
using Dispatch.Domain.Requests;
using Dispatch.Domain.Teams;
using Xunit;

namespace Dispatch.Domain.Tests.Matching;

/// <summary>It is Monday 2026-06-01, 10:00 in Shanghai.</summary>
public sealed class FreeDayTests
{
    [Theory]
    [InlineData(DayOfWeek.Monday, "09:00", "17:00", "2026-06-01")]
    [InlineData(DayOfWeek.Monday, "09:00", "10:01", "2026-06-01")]
    [InlineData(DayOfWeek.Monday, "09:00", "10:00", "2026-06-08")] // today's hours are over
    [InlineData(DayOfWeek.Monday, "22:00", "00:00", "2026-06-01")] // until the day is over
    [InlineData(DayOfWeek.Tuesday, "09:00", "17:00", "2026-06-02")]
    [InlineData(DayOfWeek.Sunday, "00:00", "00:30", "2026-06-07")]
    public void Without_wanted_windows_it_is_the_first_day_with_hours_left(DayOfWeek day, string start, string end, string first) =>
        Assert.Equal(DateOnly.Parse(first), FreeDay.Of(Given.ANeed().Asked(), Working(day, start, end)));

    [Theory]
    [InlineData(10, true)]
    [InlineData(11, false)]
    public void Without_wanted_windows_ten_days_ahead_is_the_last_day(int daysAhead, bool free)
    {
        var away = Availability.Always with { Leaves = [new(Given.Today, Given.Today.AddDays(daysAhead - 1))] };
        Assert.Equal(free ? Given.Today.AddDays(daysAhead) : null, FreeDay.Of(Given.ANeed().Asked(), away));
    }

    [Theory]
    [InlineData("2026-06-03 08:00", "2026-06-03 09:00", null)] // ends as the hours begin
    [InlineData("2026-06-03 08:00", "2026-06-03 09:01", "2026-06-03")]
    [InlineData("2026-06-03 16:59", "2026-06-03 20:00", "2026-06-03")]
    [InlineData("2026-06-03 17:00", "2026-06-03 20:00", null)] // begins as the hours end
    [InlineData("2026-06-02 18:00", "2026-06-04 08:00", "2026-06-03")] // over several days
    [InlineData("2026-06-04 00:00", "2026-06-10 00:00", null)] // the next Wednesday is not in it
    [InlineData("2026-06-30 09:00", "2026-07-01 10:00", "2026-07-01")] // wanted windows may lie far ahead
    public void A_wanted_window_must_overlap_the_weekly_hours(string start, string end, string? first)
    {
        var need = Given.ANeed() with { Wanted = [Given.Window(start, end)] };
        Assert.Equal(Day(first), FreeDay.Of(need.Asked(), Working(DayOfWeek.Wednesday, "09:00", "17:00")));
    }

    [Fact]
    public void One_window_of_several_is_enough_and_the_earliest_free_day_counts()
    {
        var need = Given.ANeed() with
        {
            Wanted =
            [
                Given.Window("2026-06-10 09:00", "2026-06-10 12:00"),
                Given.Window("2026-06-02 09:00", "2026-06-02 12:00"),
                Given.Window("2026-06-03 09:00", "2026-06-03 12:00"),
            ],
        };
        Assert.Equal(Day("2026-06-03"), FreeDay.Of(need.Asked(), Working(DayOfWeek.Wednesday, "09:00", "17:00")));
    }

    [Fact]
    public void What_has_passed_of_a_window_is_not_looked_at()
    {
        var need = Given.ANeed() with { Wanted = [Given.Window("2026-05-30 09:00", "2026-06-01 12:00")] };
        Assert.Null(FreeDay.Of(need.Asked(), Working(DayOfWeek.Saturday, "09:00", "17:00")));
        Assert.Null(FreeDay.Of(need.Asked(), Working(DayOfWeek.Monday, "09:00", "10:00")));
        Assert.Equal(Given.Today, FreeDay.Of(need.Asked(), Working(DayOfWeek.Monday, "09:00", "11:00")));
    }

    [Fact]
    public void When_all_windows_have_passed_any_time_will_do()
    {
        var need = Given.ANeed() with { Wanted = [Given.Window("2026-05-30 09:00", "2026-06-01 10:00")] };
        Assert.Equal(Day("2026-06-02"), FreeDay.Of(need.Asked(), Working(DayOfWeek.Tuesday, "09:00", "17:00")));
    }

    [Fact]
    public void Days_are_days_in_Shanghai()
    {
        // 2026-06-02 20:00 to 22:00 UTC is Wednesday morning there.
        var need = Given.ANeed() with
        {
            Wanted = [new(DateTimeOffset.Parse("2026-06-02T20:00:00Z"), DateTimeOffset.Parse("2026-06-02T22:00:00Z"))],
        };
        Assert.Equal(Day("2026-06-03"), FreeDay.Of(need.Asked(), Working(DayOfWeek.Wednesday, "04:00", "06:00")));
        Assert.Null(FreeDay.Of(need.Asked(), Working(DayOfWeek.Tuesday, "00:00", "00:00")));
    }

    [Fact]
    public void Days_off_and_leave_are_not_worked()
    {
        var team = new Availability([], [Given.Today], [new(Given.Today.AddDays(1), Given.Today.AddDays(2))]);
        Assert.Equal(Given.Today.AddDays(3), FreeDay.Of(Given.ANeed().Asked(), team));
    }

    [Fact]
    public void An_emergency_ignores_weekly_hours_and_days_off()
    {
        var team = new Availability([new(DayOfWeek.Friday, new(9, 0), new(10, 0))], [Given.Today], []);
        Assert.Equal(Given.Today, FreeDay.Of(Emergency().Asked(), team));
    }

    [Fact]
    public void An_emergency_never_ignores_leave()
    {
        var away = Availability.Always with { Leaves = [new(Given.Today, Given.Today)] };
        Assert.Null(FreeDay.Of(Emergency().Asked(), away));

        var tomorrow = Emergency() with { Wanted = [Given.Window("2026-06-01 12:00", "2026-06-02 12:00")] };
        Assert.Equal(Given.Today.AddDays(1), FreeDay.Of(tomorrow.Asked(), away));
    }

    private static Need Emergency() => Given.ANeed() with { Urgency = Urgency.Emergency };

    private static Availability Working(DayOfWeek day, string start, string end) =>
        Availability.Always with
        {
            Weekly = [new(day, TimeOnly.Parse(start), TimeOnly.Parse(end))],
        };

    private static DateOnly? Day(string? day) => day is null ? null : DateOnly.Parse(day);
}
