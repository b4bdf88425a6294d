using Dispatch.Domain.Calendar;
using Xunit;

namespace Dispatch.Domain.Tests.Calendar;

public sealed class WorkingCalendarTests
{
    private static readonly WorkingCalendar Calendar = PublishedYears.Calendar;

    [Theory]
    [InlineData(2025, 28, 5)]
    [InlineData(2026, 33, 6)]
    public void The_notices_set_as_many_days_as_published(int year, int off, int worked)
    {
        var days = PublishedYears.Days.Where(day => day.Date.Year == year).ToList();

        Assert.Equal(off, days.Count(day => day.Kind is CalendarDayKind.Off));
        Assert.Equal(worked, days.Count(day => day.Kind is CalendarDayKind.Work));
    }

    [Theory]
    [InlineData("2026-06-01", true)]
    [InlineData("2026-06-06", false)]
    [InlineData("2026-06-07", false)]
    [InlineData("2026-06-19", false)]
    [InlineData("2026-02-14", true)]
    [InlineData("2026-09-20", true)]
    [InlineData("2026-10-07", false)]
    [InlineData("2027-01-01", true)]
    [InlineData("2027-01-02", false)]
    public void Make_up_weekends_work_holidays_do_not_and_an_unpublished_year_has_only_weekends(string date, bool works) =>
        Assert.Equal(works, Calendar.IsWorkingDay(DateOnly.Parse(date)));

    [Fact]
    public void The_months_of_2026_have_the_working_days_of_the_notice()
    {
        var perMonth = Enumerable
            .Range(1, 12)
            .Select(month =>
                Enumerable.Range(1, DateTime.DaysInMonth(2026, month)).Count(day => Calendar.IsWorkingDay(new DateOnly(2026, month, day)))
            );

        Assert.Equal([21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23], perMonth);
    }

    [Theory]
    [InlineData("2026-02-13", 1, "2026-02-14")]
    [InlineData("2026-02-13", 3, "2026-02-25")]
    [InlineData("2026-02-14", 1, "2026-02-24")]
    [InlineData("2026-04-30", 1, "2026-05-06")]
    [InlineData("2026-04-30", 5, "2026-05-11")]
    [InlineData("2026-09-18", 1, "2026-09-20")]
    [InlineData("2026-09-30", 2, "2026-10-09")]
    [InlineData("2025-09-30", 1, "2025-10-09")]
    [InlineData("2025-01-27", 2, "2025-02-06")]
    [InlineData("2026-06-18", 1, "2026-06-22")]
    [InlineData("2026-06-20", 1, "2026-06-22")]
    public void The_nth_working_day_after_a_date_skips_holidays_and_counts_make_up_days(string date, int n, string expected) =>
        Assert.Equal(DateOnly.Parse(expected), Calendar.AddWorkingDays(DateOnly.Parse(date), n));

    [Theory]
    [InlineData(2024, false)]
    [InlineData(2025, true)]
    [InlineData(2026, true)]
    [InlineData(2027, false)]
    public void A_year_is_published_when_its_notice_is_there(int year, bool published) =>
        Assert.Equal(published, Calendar.IsPublished(year));

    [Fact]
    public void The_days_of_December_that_the_next_notice_sets_do_not_publish_their_own_year()
    {
        CalendarDay[] newYear =
        [
            new(new DateOnly(2022, 12, 31), "元旦", CalendarDayKind.Off),
            new(new DateOnly(2023, 1, 1), "元旦", CalendarDayKind.Off),
        ];
        var calendar = new WorkingCalendar(newYear);

        Assert.False(calendar.IsPublished(2022));
        Assert.True(calendar.IsPublished(2023));
    }

    [Theory]
    [InlineData("2026-06-01T10:00+08:00", 1, "2026-06-02T18:00+08:00", false)]
    [InlineData("2026-06-01T23:59+08:00", 1, "2026-06-02T18:00+08:00", false)]
    [InlineData("2026-06-01T16:00Z", 1, "2026-06-03T18:00+08:00", false)]
    [InlineData("2026-06-18T10:00+08:00", 1, "2026-06-22T18:00+08:00", false)]
    [InlineData("2026-04-30T10:00+08:00", 5, "2026-05-11T18:00+08:00", false)]
    [InlineData("2026-12-30T10:00+08:00", 1, "2026-12-31T18:00+08:00", false)]
    [InlineData("2026-12-31T10:00+08:00", 1, "2027-01-01T18:00+08:00", true)]
    [InlineData("2027-03-01T10:00+08:00", 1, "2027-03-02T18:00+08:00", true)]
    [InlineData("2024-12-31T10:00+08:00", 1, "2025-01-02T18:00+08:00", true)]
    public void A_deadline_in_working_days_ends_at_close_of_business(string from, int n, string at, bool provisional) =>
        AssertDue(at, provisional, Calendar.DueAfterWorkingDays(DateTimeOffset.Parse(from), n));

    [Theory]
    [InlineData("2026-06-01T09:00+08:00", 4, "2026-06-01T14:00+08:00", false)]
    [InlineData("2026-06-01T09:00+08:00", 3, "2026-06-01T12:00+08:00", false)]
    [InlineData("2026-06-01T08:00+08:00", 4, "2026-06-01T14:00+08:00", false)]
    [InlineData("2026-06-01T12:30+08:00", 4, "2026-06-01T17:00+08:00", false)]
    [InlineData("2026-06-01T16:30+08:00", 4, "2026-06-02T11:30+08:00", false)]
    [InlineData("2026-06-01T18:00+08:00", 1, "2026-06-02T10:00+08:00", false)]
    [InlineData("2026-06-01T08:30Z", 4, "2026-06-02T11:30+08:00", false)]
    [InlineData("2026-06-18T17:00+08:00", 4, "2026-06-22T12:00+08:00", false)]
    [InlineData("2026-02-13T17:00+08:00", 2, "2026-02-14T10:00+08:00", false)]
    [InlineData("2026-06-20T03:00+08:00", 24, "2026-06-24T18:00+08:00", false)]
    [InlineData("2026-12-31T10:00+08:00", 6, "2026-12-31T17:00+08:00", false)]
    [InlineData("2026-12-31T17:00+08:00", 4, "2027-01-01T12:00+08:00", true)]
    public void A_deadline_in_working_hours_counts_office_hours_only(string from, int hours, string at, bool provisional) =>
        AssertDue(at, provisional, Calendar.DueAfterWorkingHours(DateTimeOffset.Parse(from), hours));

    [Theory]
    [InlineData("2026-06-01T09:00+08:00", "2026-06-01T18:00+08:00", "08:00")]
    [InlineData("2026-06-01T00:00+08:00", "2026-06-02T00:00+08:00", "08:00")]
    [InlineData("2026-06-01T11:30+08:00", "2026-06-01T13:15+08:00", "00:45")]
    [InlineData("2026-06-01T12:00+08:00", "2026-06-01T13:00+08:00", "00:00")]
    [InlineData("2026-06-01T02:00Z", "2026-06-01T11:00+08:00", "01:00")]
    [InlineData("2026-06-18T17:00+08:00", "2026-06-22T10:00+08:00", "02:00")]
    [InlineData("2026-06-01T10:00+08:00", "2026-06-01T10:00+08:00", "00:00")]
    [InlineData("2026-06-02T10:00+08:00", "2026-06-01T10:00+08:00", "00:00")]
    [InlineData("2026-06-01T11:00+08:00", "2026-06-01T10:00+08:00", "00:00")]
    public void Working_time_between_two_instants_is_the_office_time_that_passed(string from, string to, string time) =>
        Assert.Equal(TimeSpan.Parse(time), Calendar.WorkingTimeBetween(DateTimeOffset.Parse(from), DateTimeOffset.Parse(to)));

    [Fact]
    public void Working_time_added_is_the_working_time_between_wherever_it_begins()
    {
        var start = DateTimeOffset.Parse("2026-02-12T00:00+08:00");
        for (var minutes = 0; minutes < 14 * 24 * 60; minutes += 47)
        {
            var from = start.AddMinutes(minutes);
            foreach (var time in new[] { 0, 1, 59, 180, 181, 300, 480, 481, 2000 }.Select(length => TimeSpan.FromMinutes(length)))
            {
                Assert.Equal(time, Calendar.WorkingTimeBetween(from, Calendar.AddWorkingTime(from, time).At));
            }
        }
    }

    [Fact]
    public void A_paused_deadline_keeps_the_working_time_it_had_left()
    {
        var due = Calendar.DueAfterWorkingDays(DateTimeOffset.Parse("2026-06-15T10:00+08:00"), 3);
        var left = Calendar.WorkingTimeBetween(DateTimeOffset.Parse("2026-06-17T15:00+08:00"), due.At);

        Assert.Equal(TimeSpan.FromHours(11), left);
        AssertDue(
            "2026-06-24T11:00+08:00",
            provisional: false,
            Calendar.AddWorkingTime(DateTimeOffset.Parse("2026-06-22T20:00+08:00"), left + TimeSpan.FromHours(-1))
        );
        AssertDue(
            "2026-06-24T12:00+08:00",
            provisional: false,
            Calendar.AddWorkingTime(DateTimeOffset.Parse("2026-06-22T20:00+08:00"), left)
        );
    }

    [Fact]
    public void No_working_time_added_changes_nothing() =>
        AssertDue(
            "2026-06-20T03:00+08:00",
            provisional: false,
            Calendar.AddWorkingTime(DateTimeOffset.Parse("2026-06-20T03:00+08:00"), TimeSpan.Zero)
        );

    [Fact]
    public void A_deadline_before_its_beginning_is_a_mistake_of_the_program()
    {
        var now = DateTimeOffset.Parse("2026-06-01T10:00+08:00");

        Assert.Throws<ArgumentOutOfRangeException>(() => Calendar.DueAfterWorkingDays(now, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Calendar.AddWorkingTime(now, TimeSpan.FromTicks(-1)));
    }

    private static void AssertDue(string at, bool provisional, Due due)
    {
        Assert.Equal(new Due(DateTimeOffset.Parse(at), provisional), due);
        Assert.Equal(TimeSpan.Zero, due.At.Offset);
    }
}
