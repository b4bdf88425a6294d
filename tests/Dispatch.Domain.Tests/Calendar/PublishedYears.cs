using Dispatch.Domain.Calendar;

namespace Dispatch.Domain.Tests.Calendar;

/// <summary>The holiday notices of the State Council for 2025 and 2026: holidays from day to day, then the weekend days worked for them.</summary>
internal static class PublishedYears
{
    private static readonly (string Name, string From, string To, string[] Worked)[] Notices =
    [
        ("元旦", "2025-01-01", "2025-01-01", []),
        ("春节", "2025-01-28", "2025-02-04", ["2025-01-26", "2025-02-08"]),
        ("清明节", "2025-04-04", "2025-04-06", []),
        ("劳动节", "2025-05-01", "2025-05-05", ["2025-04-27"]),
        ("端午节", "2025-05-31", "2025-06-02", []),
        ("国庆节、中秋节", "2025-10-01", "2025-10-08", ["2025-09-28", "2025-10-11"]),
        ("元旦", "2026-01-01", "2026-01-03", ["2026-01-04"]),
        ("春节", "2026-02-15", "2026-02-23", ["2026-02-14", "2026-02-28"]),
        ("清明节", "2026-04-04", "2026-04-06", []),
        ("劳动节", "2026-05-01", "2026-05-05", ["2026-05-09"]),
        ("端午节", "2026-06-19", "2026-06-21", []),
        ("中秋节", "2026-09-25", "2026-09-27", []),
        ("国庆节", "2026-10-01", "2026-10-07", ["2026-09-20", "2026-10-10"]),
    ];

    public static IReadOnlyList<CalendarDay> Days { get; } =
    [
        .. Notices.SelectMany(notice =>
            Between(DateOnly.Parse(notice.From), DateOnly.Parse(notice.To))
                .Select(date => new CalendarDay(date, notice.Name, CalendarDayKind.Off))
                .Concat(notice.Worked.Select(date => new CalendarDay(DateOnly.Parse(date), notice.Name, CalendarDayKind.Work)))
        ),
    ];

    public static WorkingCalendar Calendar { get; } = new(Days);

    private static IEnumerable<DateOnly> Between(DateOnly first, DateOnly last)
    {
        for (var date = first; date <= last; date = date.AddDays(1))
        {
            yield return date;
        }
    }
}
