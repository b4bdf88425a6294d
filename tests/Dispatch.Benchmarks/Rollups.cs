using Dispatch.Api.Features.Reports;
using Dispatch.Api.Storage;
using Dispatch.Domain.Outcomes;

namespace Dispatch.Benchmarks;

/// <summary>The entries of a loaded history summed up as the service keeps them summed up; on either engine.</summary>
internal static class Rollups
{
    private const string Month = "substr(cast(counts_on as text), 1, 7)";

    /// <summary>One statement for each dimension, for a table without rows.</summary>
    public static IEnumerable<string> FromEntries() => Enum.GetValues<FigureDimension>().Select(Of);

    private static string Of(FigureDimension dimension)
    {
        var (key, group) =
            dimension is FigureDimension.None ? ("''", "") : (FigureReader.ColumnOf(dimension), ", " + FigureReader.ColumnOf(dimension));
        return $"""
            insert into figure_rollup (month, region_code, dimension, key, county_code, city_code, province_code, {FigureBook.Columns})
            select {Month}, region_code, '{Words.Of(dimension)}', cast({key} as text), county_code, city_code, province_code, {string.Join(
                ", ",
                Enum.GetValues<Measure>().Select(measure => $"sum({Words.Of(measure)})")
            )}
            from figure_entry where {key} is not null group by {Month}, region_code, county_code, city_code, province_code{group}
            """;
    }
}
