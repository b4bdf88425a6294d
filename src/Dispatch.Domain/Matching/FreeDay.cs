using Dispatch.Domain.Calendar;
using Dispatch.Domain.Teams;

namespace Dispatch.Domain.Matching;

/// <summary>The first day on which a team can do the work, by weekly hours, days off and leave.</summary>
public static class FreeDay
{
    /// <summary>Without wanted windows the team must be free today or within this many days after it.</summary>
    public const int DaysAhead = 10;

    // A weekly rhythm shows within a week, leave within months: whatever lies further off is no promise.
    private const int DaysLookedAt = 366;

    private static readonly TimeSpan Midnight = TimeSpan.FromDays(1);

    /// <summary>The first free day, in Shanghai; none when there is none in the wanted windows or, without them, within
    /// <see cref="DaysAhead"/>. An emergency asks only that the team is not on leave: today, or in a wanted window.</summary>
    public static DateOnly? Of(Situation asked, Availability availability)
    {
        if (asked.Windows.Count == 0)
        {
            if (ReferenceEquals(availability, Availability.Always))
            {
                return asked.Today;
            }

            var daysAhead = asked.IsEmergency ? 0 : DaysAhead;
            return Within(asked, availability, asked.Now, StartOf(asked.Today.AddDays(daysAhead + 1)));
        }

        // By start: a later window cannot hold an earlier free day that this one does not.
        foreach (var window in asked.Windows)
        {
            if (Within(asked, availability, window.Start, window.End) is { } day)
            {
                return day;
            }
        }

        return null;
    }

    private static DateOnly? Within(Situation asked, Availability availability, DateTimeOffset start, DateTimeOffset end)
    {
        var firstDay = ShanghaiTime.DayOf(start);
        for (var ahead = 0; ahead < DaysLookedAt; ahead++)
        {
            var day = firstDay.AddDays(ahead);
            var dayStart = StartOf(day);
            if (dayStart >= end)
            {
                return null;
            }

            var from = start > dayStart ? start - dayStart : TimeSpan.Zero;
            var to = end - dayStart < Midnight ? end - dayStart : Midnight;
            if (asked.IsEmergency ? !availability.OnLeave(day) : IsFree(availability, day, from, to))
            {
                return day;
            }
        }

        return null;
    }

    private static DateTimeOffset StartOf(DateOnly day) => ShanghaiTime.At(day, TimeOnly.MinValue);

    private static bool IsFree(Availability availability, DateOnly day, TimeSpan from, TimeSpan to)
    {
        if (!availability.WorksOn(day))
        {
            return false;
        }

        for (var at = 0; at < availability.Weekly.Count; at++)
        {
            var hours = availability.Weekly[at];
            // Hours that end at 00:00 last until the day is over.
            var end = hours.End > hours.Start ? hours.End.ToTimeSpan() : Midnight;
            if (hours.Day == day.DayOfWeek && hours.Start.ToTimeSpan() < to && from < end)
            {
                return true;
            }
        }

        return availability.Weekly.Count == 0;
    }
}
