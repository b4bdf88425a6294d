namespace Dispatch.Domain.Geography;

/// <summary>The level of a region, from the widest to the narrowest.</summary>
public enum RegionLevel
{
    Country,
    Province,
    City,
    County,
    Township,
}

/// <summary>An administrative region by its GB/T 2260 code, with the WGS-84 point of its seat; what it lies in says the parent code, never the digits.</summary>
public sealed record Region(string Code, string Name, RegionLevel Level, string? ParentCode, GeoPoint Point);
