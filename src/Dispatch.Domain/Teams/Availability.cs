namespace Dispatch.Domain.Teams;

/// <summary>One weekly window in Shanghai time, start inclusive, end exclusive.</summary>
public sealed record WeeklyHours(DayOfWeek Day, TimeOnly Start, TimeOnly End);

/// <summary>Days away, both ends inclusive.</summary>
public sealed record Leave(DateOnly From, DateOnly To);

/// <summary>When a team can come. No weekly hours means always; leave binds even in an emergency.</summary>
public sealed record Availability(IReadOnlyList<WeeklyHours> Weekly, IReadOnlyList<DateOnly> DaysOff, IReadOnlyList<Leave> Leaves)
{
    public static Availability Always { get; } = new([], [], []);

    /// <summary>The same hours, days off and leaves in the same order.</summary>
    public bool Equals(Availability? other) =>
        ReferenceEquals(this, other)
        || (
            other is not null
            && Weekly.SequenceEqual(other.Weekly)
            && DaysOff.SequenceEqual(other.DaysOff)
            && Leaves.SequenceEqual(other.Leaves)
        );

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var hours in Weekly)
        {
            hash.Add(hours);
        }

        foreach (var day in DaysOff)
        {
            hash.Add(day);
        }

        foreach (var leave in Leaves)
        {
            hash.Add(leave);
        }

        return hash.ToHashCode();
    }

    public bool OnLeave(DateOnly day) => Leaves.Any(leave => leave.From <= day && day <= leave.To);

    /// <summary>Whether the team works on the day at all.</summary>
    public bool WorksOn(DateOnly day) =>
        !OnLeave(day) && !DaysOff.Contains(day) && (Weekly.Count == 0 || Weekly.Any(hours => hours.Day == day.DayOfWeek));
}
