using System.Data.Common;
using Dapper;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Auditing;
using Dispatch.Domain.Outcomes;

namespace Dispatch.Api.Features.Reports;

/// <summary>Whether closed months are what was signed, and what their entries still add up to.</summary>
internal sealed class PeriodVerification(AuditKey key, TextWriter said)
{
    private static readonly string Sums = FigureBook.Sums(Enum.GetValues<Measure>());

    /// <summary>False: something does not hold, and it was said what.</summary>
    public async Task<bool> Run(DbConnection connection)
    {
        var rows = (
            await connection.QueryAsync<ReportPeriodRow>($"select {ReportPeriods.Columns} from report_period order by month, region_code")
        ).AsList();
        var holds = true;
        foreach (var row in rows)
        {
            foreach (var fault in await Faults(connection, row))
            {
                holds = false;
                await said.WriteLineAsync($"Closed month {row.Month} of {row.RegionCode}: {fault}");
            }
        }

        await said.WriteLineAsync($"{rows.Count} closed months read.");
        return holds;
    }

    private async Task<IReadOnlyList<string>> Faults(DbConnection connection, ReportPeriodRow row)
    {
        List<string> faults = [];
        if (AuditChain.Digest(row.Figures) != row.Digest)
        {
            faults.Add("the figures are not those of the digest.");
        }

        if (row.SigningKey != key.Id)
        {
            faults.Add($"it was signed with the key {row.SigningKey}, and the service has {key.Id}.");
        }
        else if (!key.Signed(FrozenFigures.Signed(row.Month, row.RegionCode, row.ClosedAt, row.Digest, row.SigningKey), row.Signature))
        {
            faults.Add("the signature is not of this month and digest.");
        }

        if (
            FrozenFigures.Text(row.Month, row.RegionCode, await FromEntries(connection, row), FrozenFigures.Scenario(row.Figures))
            != row.Figures
        )
        {
            faults.Add("its entries add up to something else.");
        }

        return faults;
    }

    private static async Task<IReadOnlyList<FrozenSum>> FromEntries(DbConnection connection, ReportPeriodRow row)
    {
        List<FrozenSum> all = [];
        foreach (var dimension in Enum.GetValues<FigureDimension>())
        {
            var column = dimension is FigureDimension.None ? "''" : $"cast({FigureReader.ColumnOf(dimension)} as text)";
            var sums = await connection.QueryAsync<FrozenSum>(
                $"""
                select region_code as region, {column} as key, {Sums} as sums from figure_entry
                where substr(cast(counts_on as text), 1, 7) = @Month and {column} is not null and {RegionScope.Sql(
                    "figure_entry",
                    "@RegionCode"
                )}
                group by region_code{(dimension is FigureDimension.None ? "" : ", " + column)}
                """,
                new { row.Month, row.RegionCode }
            );
            all.AddRange(sums.Select(sum => sum with { Dimension = Words.Of(dimension) }));
        }

        return all;
    }
}
