using System.Runtime.InteropServices;
using Dispatch.Domain.Geography;
using Dispatch.Domain.Teams;
using Dispatch.Domain.Visits;

namespace Dispatch.Domain.Matching.Index;

/// <summary>What a search looks at for every team it meets, side by side in memory: what changes from day to day, and which way its base
/// lies.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct Standing
{
    // No team carries tens of thousands of tasks; half the room lets more teams stand in the processor's cache.
    private readonly ushort capacity;
    private readonly ushort active;
    private readonly ushort pending;

    /// <summary>Of the first base.</summary>
    public Direction Base { get; init; }

    public Availability Availability { get; init; }

    public int Capacity
    {
        get => capacity;
        init => capacity = checked((ushort)value);
    }

    public int Active
    {
        get => active;
        init => active = checked((ushort)value);
    }

    public int Pending
    {
        get => pending;
        init => pending = checked((ushort)value);
    }

    public int Confirmed { get; init; }
    public int Solved { get; init; }

    /// <summary>Ticks in UTC of the end of the latest service; 0: none yet.</summary>
    public long LastService { get; init; }

    /// <summary>One bit for each form.</summary>
    public byte Forms { get; init; }

    public Traits Traits { get; init; }

    public static Standing Of(Team team, in TeamLoad load) =>
        new Standing
        {
            Base = Direction.Of(team.Bases[0]),
            Availability = team.Availability,
            Capacity = team.Capacity,
            Forms = Bits(team.Forms),
            Traits =
                (team.Suspended ? Traits.Suspended : Traits.None)
                | (team.Bases.Count > 1 ? Traits.SeveralBases : Traits.None)
                | (Serves(team) ? Traits.Serves : Traits.None),
        }.With(load);

    public static bool Serves(Team team) => team.Serves.Count > 0 || team.RadiusKm is not null;

    public static byte BitOf(VisitForm form) => (byte)(1 << (int)form);

    public TeamLoad Load =>
        new(Active, Pending, Confirmed, Solved, LastService == 0 ? null : new DateTimeOffset(LastService, TimeSpan.Zero));

    public bool Has(Traits trait) => (Traits & trait) != Traits.None;

    public Standing With(in TeamLoad load) =>
        new()
        {
            Base = Base,
            Availability = Availability,
            Capacity = Capacity,
            Forms = Forms,
            Traits = Traits,
            Active = load.Active,
            Pending = load.Pending,
            Confirmed = load.Confirmed,
            Solved = load.ConfirmedSolved,
            LastService = load.LastServiceAt?.UtcTicks ?? 0,
        };

    private static byte Bits(IEnumerable<VisitForm> forms) => forms.Aggregate((byte)0, (bits, form) => (byte)(bits | BitOf(form)));
}

/// <summary>What is so of a team or not.</summary>
[Flags]
internal enum Traits : byte
{
    None = 0,
    Suspended = 1,

    /// <summary>The way is to be looked at from each base.</summary>
    SeveralBases = 2,

    /// <summary>Serves regions or a radius beyond its own region: it stands among the serving teams too.</summary>
    Serves = 4,
}

/// <summary>Where a point lies, as seen from the middle of the earth, one unit long: distances need no trigonometry.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Direction(float X, float Y, float Z)
{
    // Three floats of 24 bits are off by less than a metre on the ground, their difference by less than two.
    private const double EarthRadiusKm = 6371.0088;
    private const double UncertaintyKm = 0.004;

    public static Direction Of(GeoPoint point)
    {
        var (sinLat, cosLat) = Math.SinCos(double.DegreesToRadians(point.Lat));
        var (sinLng, cosLng) = Math.SinCos(double.DegreesToRadians(point.Lng));
        return new Direction((float)(cosLat * cosLng), (float)(cosLat * sinLng), (float)sinLat);
    }

    /// <summary>Kilometres that the great circle surely is not below: the chord is shorter than the arc over it.</summary>
    public double LeastKmTo(in Direction other)
    {
        var (x, y, z) = (X - other.X, Y - other.Y, Z - other.Z);
        return Math.Max(0, (MathF.Sqrt((x * x) + (y * y) + (z * z)) * EarthRadiusKm) - UncertaintyKm);
    }
}
