using Dispatch.Domain.Geography;

namespace Dispatch.Api.Http.Access;

/// <summary>The regions a row lies in, as columns of every regional table: equality, so that an index and a sharding engine can use them.</summary>
internal interface IRegional
{
    string RegionCode { get; }
    string? CountyCode { get; }
    string? CityCode { get; }
    string? ProvinceCode { get; }
}

/// <summary>"A region and all below", said once: for a row in hand and for SQL.</summary>
internal static class RegionScope
{
    /// <summary>Null stands for the whole country.</summary>
    public static bool Covers(string? scope, IRegional row) =>
        scope is null || scope == row.RegionCode || scope == row.CountyCode || scope == row.CityCode || scope == row.ProvinceCode;

    /// <summary>The same where it is known what the scope is: one equality, by which an index finds the rows instead of looking at all of them.</summary>
    public static string Sql(string table, string parameter, Region? scope) =>
        scope?.Level switch
        {
            RegionLevel.Province => $"{table}.province_code = {parameter}",
            RegionLevel.City => $"{table}.city_code = {parameter}",
            RegionLevel.County => $"{table}.county_code = {parameter}",
            _ => Sql(table, parameter),
        };

    /// <summary>A predicate over the columns of <paramref name="table"/>, with the scope in <paramref name="parameter"/>.</summary>
    public static string Sql(string table, string parameter) =>
        $"({table}.county_code = {parameter} or {table}.city_code = {parameter} or {table}.province_code = {parameter} or {table}.region_code = {parameter})";
}
