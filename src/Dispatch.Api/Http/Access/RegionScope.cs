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

    /// <summary>A predicate over the columns of <paramref name="table"/>, with the scope in <paramref name="parameter"/>.</summary>
    public static string Sql(string table, string parameter) =>
        $"({table}.county_code = {parameter} or {table}.city_code = {parameter} or {table}.province_code = {parameter} or {table}.region_code = {parameter})";
}
