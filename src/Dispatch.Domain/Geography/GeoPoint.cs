using System.Runtime.InteropServices;

namespace Dispatch.Domain.Geography;

/// <summary>A place on the ground, in degrees north and east; WGS-84 unless a <see cref="Crs"/> beside it says otherwise.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct GeoPoint(double Lat, double Lng)
{
    public bool IsFinite => double.IsFinite(Lat) && double.IsFinite(Lng);

    /// <summary>Within the rough box around China, 3 to 54 degrees north and 73 to 136 degrees east, both ends included.</summary>
    public bool IsInChina => Lat is >= 3 and <= 54 && Lng is >= 73 and <= 136;
}
