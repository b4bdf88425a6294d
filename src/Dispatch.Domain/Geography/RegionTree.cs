using System.Collections.Frozen;
using System.Runtime.InteropServices;

namespace Dispatch.Domain.Geography;

/// <summary>The county nearest to a point (a city without counties counts as one), and the great-circle kilometres to it.</summary>
public readonly record struct NearestRegion(Region Region, double Km);

/// <summary>A run of places in <see cref="RegionTree.All"/>, the end exclusive: one region, which stands first, and all below it.</summary>
public readonly record struct RegionSpan(int Start, int End)
{
    public bool Holds(int position) => Start <= position && position < End;
}

/// <summary>All regions, each below its parent, with the former codes that still lead to them.</summary>
public sealed class RegionTree
{
    /// <summary>A point farther than this from every county belongs to none.</summary>
    public const double FarthestCountyKm = 60;

    /// <summary>A point up to this far from any point of a region may still belong to it.</summary>
    public const double ContradictionKm = 50;

    // Parents before children, siblings by code: what lies within the region at i stands at i up to subtreeEnds[i], itself included.
    private readonly Region[] regions;
    private readonly int[] subtreeEnds;
    private readonly FrozenDictionary<string, int> positions;
    private readonly FrozenDictionary<string, Region[]> namesakes;
    private readonly FrozenSet<string> countyCodes;
    private readonly (Region Region, UnitVector Direction)[] counties;
    private readonly int longestName;

    /// <summary>Refuses data that is no tree: a code twice, a parent that is missing or not of a higher level, an alias of nothing.</summary>
    public RegionTree(IEnumerable<Region> regions, IEnumerable<(string Alias, string Code)> aliases)
    {
        var given = regions.OrderBy(region => region.Code, StringComparer.Ordinal).ToList();
        var byCode = given.ToDictionary(region => region.Code);
        foreach (var region in given)
        {
            if (region.ParentCode is { } parent && !(byCode.TryGetValue(parent, out var above) && above.Level < region.Level))
            {
                throw new ArgumentException($"Region {region.Code} needs a parent of a higher level, not {parent}.", nameof(regions));
            }
        }

        this.regions = new Region[given.Count];
        subtreeEnds = new int[given.Count];
        var children = given.ToLookup(region => region.ParentCode);
        var next = 0;
        foreach (var root in children[null])
        {
            Append(root);
        }

        var codes = this
            .regions.Select((region, position) => (region.Code, position))
            .ToDictionary(entry => entry.Code, entry => entry.position);
        foreach (var (alias, code) in aliases)
        {
            if (byCode.ContainsKey(alias))
            {
                continue;
            }

            if (!byCode.ContainsKey(code) || (codes.TryGetValue(alias, out var other) && this.regions[other].Code != code))
            {
                throw new ArgumentException($"Alias {alias} must lead to one region, not {code}.", nameof(aliases));
            }

            codes[alias] = codes[code];
        }

        positions = codes.ToFrozenDictionary();
        namesakes = given.GroupBy(region => region.Name).ToFrozenDictionary(group => group.Key, group => group.ToArray());
        longestName = given.Select(region => region.Name.Length).DefaultIfEmpty().Max();
        counties = [.. given.Where(IsCounty).Select(region => (region, UnitVector.Of(region.Point)))];
        countyCodes = counties.Select(county => county.Region.Code).ToFrozenSet();

        void Append(Region region)
        {
            var position = next++;
            this.regions[position] = region;
            foreach (var child in children[region.Code])
            {
                Append(child);
            }

            subtreeEnds[position] = next;
        }

        bool IsCounty(Region region) =>
            region.Level is RegionLevel.County
            || (region.Level is RegionLevel.City && !Subtree(region.Code).Any(inner => inner.Level is RegionLevel.County));
    }

    /// <summary>Every region, parents before children, siblings by code.</summary>
    public IReadOnlyList<Region> All => regions;

    /// <summary>The region with this code; a former code leads to its successor unless a living region bears it.</summary>
    public Region? Find(string? code) => Position(code) is { } position ? regions[position] : null;

    /// <summary>The one region meant by names from wide to narrow, any but the last left out, with or without spaces or slashes
    /// (浙江省台州市玉环市, 台州市 / 玉环市, 玉环市); none when several fit.</summary>
    public Region? FindByPath(string? path)
    {
        var names = string.Concat((path ?? "").Where(letter => !char.IsWhiteSpace(letter) && letter is not ('/' or '／')));
        Region? found = null;
        for (var length = 1; length <= Math.Min(longestName, names.Length); length++)
        {
            foreach (var region in namesakes.GetValueOrDefault(names[^length..], []))
            {
                if (!LeadsTo(region, names.AsSpan(..^length)))
                {
                    continue;
                }

                if (found is not null)
                {
                    return null;
                }

                found = region;
            }
        }

        return found;
    }

    /// <summary>The nearest county or city without counties; none only when there are no counties at all.</summary>
    public NearestRegion? Nearest(GeoPoint wgs84)
    {
        var direction = UnitVector.Of(wgs84);
        Region? nearest = null;
        var closest = double.PositiveInfinity;
        foreach (var county in counties)
        {
            var chord = direction.SquaredChordTo(county.Direction);
            if (chord < closest)
            {
                (nearest, closest) = (county.Region, chord);
            }
        }

        return nearest is null ? null : new NearestRegion(nearest, Distance.GreatCircleKm(wgs84, nearest.Point));
    }

    /// <summary>Whether a region is another one or lies anywhere below it; false for unknown codes.</summary>
    public bool IsWithin(string? code, string? ancestorCode) =>
        Position(code) is { } position
        && Position(ancestorCode) is { } ancestor
        && ancestor <= position
        && position < subtreeEnds[ancestor];

    /// <summary>Where a region and all below it stand in <see cref="All"/>; an empty span for an unknown code.</summary>
    public RegionSpan SpanOf(string? code) =>
        Position(code) is { } position ? new RegionSpan(position, subtreeEnds[position]) : new RegionSpan(-1, -1);

    /// <summary>The region itself, its parent, and so on up; empty for an unknown code.</summary>
    public IEnumerable<Region> Ancestors(string? code)
    {
        for (var region = Find(code); region is not null; region = Find(region.ParentCode))
        {
            yield return region;
        }
    }

    /// <summary>The regions directly below, by code; empty for an unknown code.</summary>
    public IEnumerable<Region> Children(string? code)
    {
        if (Position(code) is not { } parent)
        {
            yield break;
        }

        for (var position = parent + 1; position < subtreeEnds[parent]; position = subtreeEnds[position])
        {
            yield return regions[position];
        }
    }

    /// <summary>The region itself and all below it, parents before children; empty for an unknown code.</summary>
    public IReadOnlyList<Region> Subtree(string? code) =>
        Position(code) is { } position
            ? new ArraySegment<Region>(regions, position, subtreeEnds[position] - position)
            : ArraySegment<Region>.Empty;

    /// <summary>The province, city or county a region lies in or is; a city without counties is its own county.
    /// None where there is no such level (the city of a county that stands directly below its province).</summary>
    public Region? Enclosing(string? code, RegionLevel level) =>
        Ancestors(code)
            .FirstOrDefault(region => region.Level == level || (level is RegionLevel.County && countyCodes.Contains(region.Code)));

    /// <summary>Finds the region and the point of a place. A given code stands, and the point must not contradict it;
    /// with only a point the region is the nearest county; with only a code the point is the region's.</summary>
    public Placement Place(string? code, GeoPoint? wgs84)
    {
        if (code is null && wgs84 is null)
        {
            return new NotPlaced(PlacementFault.NothingGiven);
        }

        var region = Find(code);
        if (code is not null && region is null)
        {
            return new NotPlaced(PlacementFault.UnknownRegion);
        }

        if (wgs84 is not { } point)
        {
            return new Placed(region!, region!.Point, IsOwnPoint: false);
        }

        if (!point.IsInChina)
        {
            return new NotPlaced(PlacementFault.OutsideChina);
        }

        if (region is null)
        {
            return Nearest(point) is { Km: <= FarthestCountyKm } nearest
                ? new Placed(nearest.Region, point, IsOwnPoint: true)
                : new NotPlaced(PlacementFault.FarFromAnyCounty);
        }

        return Subtree(code).Any(inner => Distance.GreatCircleKm(point, inner.Point) <= ContradictionKm)
            ? new Placed(region, point, IsOwnPoint: true)
            : new NotPlaced(PlacementFault.PointContradictsRegion);
    }

    private int? Position(string? code) => code is not null && positions.TryGetValue(code, out var position) ? position : null;

    private bool LeadsTo(Region region, ReadOnlySpan<char> names)
    {
        if (names.IsEmpty)
        {
            return true;
        }

        for (var above = Find(region.ParentCode); above is not null; above = Find(above.ParentCode))
        {
            if (names.EndsWith(above.Name) && LeadsTo(above, names[..^above.Name.Length]))
            {
                return true;
            }
        }

        return false;
    }

    // The chord through the earth orders places as the arc over it does, without trigonometry for each county.
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct UnitVector(double X, double Y, double Z)
    {
        public static UnitVector Of(GeoPoint point)
        {
            var (sinLat, cosLat) = Math.SinCos(double.DegreesToRadians(point.Lat));
            var (sinLng, cosLng) = Math.SinCos(double.DegreesToRadians(point.Lng));
            return new UnitVector(cosLat * cosLng, cosLat * sinLng, sinLat);
        }

        public double SquaredChordTo(UnitVector other)
        {
            var (x, y, z) = (X - other.X, Y - other.Y, Z - other.Z);
            return (x * x) + (y * y) + (z * z);
        }
    }
}
