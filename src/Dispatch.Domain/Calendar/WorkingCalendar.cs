using System.Collections.Frozen;

namespace Dispatch.Domain.Calendar;

public enum CalendarDayKind
{
    /// <summary>A day of rest, weekday or weekend.</summary>
    Off,

    /// <summary>A weekend day that is worked to make up for a holiday.</summary>
    Work,
}

/// <summary>A day whose status the yearly holiday notice of the State Council sets.</summary>
public sealed record CalendarDay(DateOnly Date, string Name, CalendarDayKind Kind);

/// <summary>When something is due, in UTC; provisional while a year on the way has no published calendar, so that its holidays are not known.</summary>
public readonly record struct Due(DateTimeOffset At, bool IsProvisional);

/// <summary>Chinese working days and office hours (09:00-12:00 and 13:00-18:00, Shanghai).
/// A year that is not published yet works Monday to Friday.</summary>
public sealed class WorkingCalendar(IEnumerable<CalendarDay> days)
{
    private static readonly (TimeOnly From, TimeOnly To)[] OfficeHours =
    [
        (new TimeOnly(9, 0), new TimeOnly(12, 0)),
        (new TimeOnly(13, 0), CloseOfBusiness),
    ];

    private readonly FrozenDictionary<DateOnly, CalendarDayKind> kinds = days.ToFrozenDictionary(day => day.Date, day => day.Kind);

    // A notice may reach back into the last days of the year before, and only those.
    private readonly FrozenSet<int> publishedYears = days.Where(day => day.Date.Month < 12).Select(day => day.Date.Year).ToFrozenSet();

    private static TimeOnly CloseOfBusiness => new(18, 0);

    public bool IsPublished(int year) => publishedYears.Contains(year);

    public bool IsWorkingDay(DateOnly date) =>
        kinds.TryGetValue(date, out var kind)
            ? kind is CalendarDayKind.Work
            : date.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday);

    /// <summary>The n-th working day after the date, which itself never counts; n from 1.</summary>
    public DateOnly AddWorkingDays(DateOnly date, int n)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        while (n > 0)
        {
            date = date.AddDays(1);
            if (IsWorkingDay(date))
            {
                n--;
            }
        }

        return date;
    }

    /// <summary>Close of business on the n-th working day after the Shanghai day of the instant; n from 1.</summary>
    public Due DueAfterWorkingDays(DateTimeOffset from, int n) =>
        DueOn(from, ShanghaiTime.At(AddWorkingDays(ShanghaiTime.DayOf(from), n), CloseOfBusiness));

    /// <summary>The instant at which so many office hours have passed; eight make a working day.</summary>
    public Due DueAfterWorkingHours(DateTimeOffset from, int hours) => AddWorkingTime(from, TimeSpan.FromHours(hours));

    /// <summary>The first instant at which so much office time has passed; the instant itself for none.</summary>
    public Due AddWorkingTime(DateTimeOffset from, TimeSpan time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        if (time == TimeSpan.Zero)
        {
            return DueOn(from, from.ToUniversalTime());
        }

        for (var day = ShanghaiTime.DayOf(from); ; day = day.AddDays(1))
        {
            foreach (var office in OfficeTimesOn(day))
            {
                var begin = Later(office.From, from);
                var open = office.To - begin;
                if (open >= time)
                {
                    return DueOn(from, (begin + time).ToUniversalTime());
                }

                time -= open > TimeSpan.Zero ? open : TimeSpan.Zero;
            }
        }
    }

    /// <summary>The office time from one instant to another, the inverse of <see cref="AddWorkingTime"/>; zero when the second is not later.</summary>
    public TimeSpan WorkingTimeBetween(DateTimeOffset from, DateTimeOffset to)
    {
        var total = TimeSpan.Zero;
        var last = ShanghaiTime.DayOf(to);
        for (var day = ShanghaiTime.DayOf(from); day <= last; day = day.AddDays(1))
        {
            foreach (var office in OfficeTimesOn(day))
            {
                var open = (office.To < to ? office.To : to) - Later(office.From, from);
                total += open > TimeSpan.Zero ? open : TimeSpan.Zero;
            }
        }

        return total;
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private IEnumerable<(DateTimeOffset From, DateTimeOffset To)> OfficeTimesOn(DateOnly day) =>
        IsWorkingDay(day) ? OfficeHours.Select(office => (ShanghaiTime.At(day, office.From), ShanghaiTime.At(day, office.To))) : [];

    private Due DueOn(DateTimeOffset from, DateTimeOffset at)
    {
        var first = ShanghaiTime.DayOf(from).Year;
        return new Due(at, Enumerable.Range(first, ShanghaiTime.DayOf(at).Year - first + 1).Any(year => !IsPublished(year)));
    }
}
