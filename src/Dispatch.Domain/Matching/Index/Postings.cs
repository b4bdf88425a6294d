using System.Runtime.InteropServices;
using Dispatch.Domain.Geography;

namespace Dispatch.Domain.Matching.Index;

/// <summary>A proven skill of a team in eight bytes.</summary>
/// <param name="NumberAndLevel">The number of the skill above, the level in the lowest four bits.</param>
/// <param name="LicensedUntil">The day number of the last day a licence is in force; 0: none.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PackedSkill(int NumberAndLevel, int LicensedUntil)
{
    public int Number => NumberAndLevel >> 4;
    public int Level => NumberAndLevel & 15;

    public static PackedSkill Of(int number, int level, DateOnly? licensedUntil) =>
        new((number << 4) | level, licensedUntil?.DayNumber ?? 0);
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
