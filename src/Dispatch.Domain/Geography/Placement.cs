namespace Dispatch.Domain.Geography;

/// <summary>Where a place given by code, by point or by both lies: <see cref="Placed"/> or <see cref="NotPlaced"/>.</summary>
public abstract record Placement;

/// <summary>The region of the place and its WGS-84 point: its own where one was given, else the region's.</summary>
public sealed record Placed(Region Region, GeoPoint Point, bool IsOwnPoint) : Placement;

/// <summary>Why the place could not be found.</summary>
public sealed record NotPlaced(PlacementFault Fault) : Placement;

public enum PlacementFault
{
    /// <summary>Neither a region code nor a point was given.</summary>
    NothingGiven,

    /// <summary>No region has this code, now or formerly.</summary>
    UnknownRegion,

    /// <summary>The point is no point in the box around China.</summary>
    OutsideChina,

    /// <summary>No county is within <see cref="RegionTree.FarthestCountyKm"/> of the point.</summary>
    FarFromAnyCounty,

    /// <summary>The point is over <see cref="RegionTree.ContradictionKm"/> from every point of the region and all below it.</summary>
    PointContradictsRegion,
}
