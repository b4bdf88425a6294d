using Dispatch.Api.Storage;

namespace Dispatch.Api.Generating;

/// <summary>That the records here are made up, said to whoever reads them.</summary>
/// <param name="Scale">So many times the published year.</param>
/// <param name="Finished">Whether all of it is there.</param>
internal sealed record SyntheticView(string Scenario, string Scale, bool Finished);

internal sealed record SyntheticYearRow
{
    public string Scenario { get; init; } = "";
    public string Scale { get; init; } = "";
    public int Seed { get; init; }
    public long RequestsDone { get; init; }
    public long ServicesDone { get; init; }
    public long Services { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }

    public SyntheticView View => new(Scenario, Scale, FinishedAt is not null);
}

/// <summary>The mark of a database that was filled by <c>generate</c>. Nothing takes it away.</summary>
internal static class SyntheticYear
{
    public static Task<SyntheticYearRow?> Find(Session db) =>
        db.Find<SyntheticYearRow>(
            "select scenario, scale, seed, requests_done, services_done, services, finished_at from synthetic_year where only_row = 1"
        );

    /// <summary>Null: what is here happened.</summary>
    public static async Task<SyntheticView?> Of(Session db) => (await Find(db))?.View;

    public static Task Begin(Session db, SyntheticYearRow year, DateTimeOffset now) =>
        db.Execute(
            """
            insert into synthetic_year (only_row, scenario, scale, seed, requests_done, services_done, services, began_at)
            values (1, @Scenario, @Scale, @Seed, 0, 0, @Services, @now)
            """,
            new
            {
                year.Scenario,
                year.Scale,
                year.Seed,
                year.Services,
                now,
            }
        );

    /// <summary>In the transaction that brings the requests. False: somebody else went on in the meantime.</summary>
    public static async Task<bool> GoOn(Session db, long from, long to, long services) =>
        await db.Execute(
            "update synthetic_year set requests_done = @to, services_done = @services where only_row = 1 and requests_done = @from",
            new
            {
                from,
                to,
                services,
            }
        ) == 1;

    public static Task Finish(Session db, DateTimeOffset now) =>
        db.Execute("update synthetic_year set finished_at = @now where only_row = 1 and finished_at is null", new { now });
}
