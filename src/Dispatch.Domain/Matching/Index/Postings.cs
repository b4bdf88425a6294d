using System.Runtime.InteropServices;
using Dispatch.Domain.Geography;

namespace Dispatch.Domain.Matching.Index;

/// <summary>A proven skill of a team in four bytes: the number of the skill, whether a day is kept up to which it is licensed, the level.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PackedSkill(int Packed)
{
    private const int LicensedBit = 16;

    public int Number => Packed >> 5;
    public bool IsLicensed => (Packed & LicensedBit) != 0;
    public int Level => Packed & 15;

    public static PackedSkill Of(int number, int level, bool isLicensed) => new((number << 5) | (isLicensed ? LicensedBit : 0) | level);
}

/// <summary>A base and the region that counts as its county when travel times are looked up, by its place in the tree; -1: none there.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct TeamBase(GeoPoint Point, int County);

/// <summary>A team that has a skill: its place among the teams above, its level in the lowest four bits.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Posting(uint Packed)
{
    public int At => (int)(Packed >> 4);
    public int Level => (int)(Packed & 15);

    public static Posting Of(int at, int level) => new(((uint)at << 4) | (uint)level);
}

/// <summary>A team that has a skill and serves an area beyond its home.</summary>
/// <param name="Area">A region by its place in the tree, or past those a cell of the map.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ServedPosting(int Area, Posting Posting);
