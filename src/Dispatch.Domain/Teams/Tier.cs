using Dispatch.Domain.Geography;

namespace Dispatch.Domain.Teams;

/// <summary>The four levels at which teams are kept, lowest first, and the whole country above them.</summary>
public enum Tier
{
    Grassroots,
    County,
    City,
    Province,
    Country,
}

public enum TeamKind
{
    ProvinceTeam,
    CityTeam,
    CountyTeam,
    GrassrootsTeam,
    GridTeam,
    ExpertIndividual,
    InnovationStudio,
    WomenStudio,
    StudioAlliance,
    WorkshopAdvisor,
    LectureGroup,
    MentorPair,
    VolunteerPool,
    CareDesk,
}

public static class Tiers
{
    /// <summary>The tier of a team: the one its kind names, else the level of its region.</summary>
    public static Tier Of(TeamKind kind, RegionLevel region) =>
        kind switch
        {
            TeamKind.ProvinceTeam => Tier.Province,
            TeamKind.CityTeam => Tier.City,
            TeamKind.CountyTeam => Tier.County,
            TeamKind.GridTeam or TeamKind.GrassrootsTeam or TeamKind.WorkshopAdvisor => Tier.Grassroots,
            _ => Of(region),
        };

    /// <summary>The tier at which a request for this region starts. A township starts with its county.</summary>
    public static Tier Of(RegionLevel region) =>
        region switch
        {
            RegionLevel.Country => Tier.Country,
            RegionLevel.Province => Tier.Province,
            RegionLevel.City => Tier.City,
            _ => Tier.County,
        };
}
