using System.Runtime.CompilerServices;
using Dispatch.Api.Features.Reference;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Generating;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Domain.Calendar;
using Dispatch.Domain.Requests;

namespace Dispatch.Api.Features.Exports;

/// <summary>Days in Shanghai, both inclusive, in a region and all below; none: the whole country.</summary>
internal sealed record RecordsAsked(RecordKind Kind, DateOnly From, DateOnly To, string? Region);

/// <summary>Where something was done, as every record says it.</summary>
internal abstract record RecordRow
{
    public Guid RowId { get; init; }

    /// <summary>The moment by which rows are in order.</summary>
    public DateTimeOffset RowAt { get; init; }
    public Guid RequestId { get; init; }
    public string Reference { get; init; } = "";
    public string RegionCode { get; init; } = "";
    public string? CountyCode { get; init; }
    public string? CityCode { get; init; }
    public string? ProvinceCode { get; init; }
}

/// <summary>The same of a record with words in it that somebody wrote.</summary>
internal abstract record WordedRow : RecordRow
{
    public string Person { get; init; } = "";
    public string Confidentiality { get; init; } = "";
    public bool SafetyHeld { get; init; }
}

/// <summary>
/// The records behind the figures as tables, read in one view of the database, some rows at a time. Nobody's name, number or address is in them, and
/// words that somebody wrote are masked as in the solved cases that others read; of what is confidential there are none.
/// </summary>
internal sealed partial class RecordSheets(Session db, Catalogue catalogue, Persons persons)
{
    private const int AtATime = 1000;

    private const string Place =
        "help_request.request_id, help_request.reference, help_request.region_code, help_request.county_code, help_request.city_code, help_request.province_code";

    private const string WhoseWords = "help_request.person, help_request.confidentiality, help_request.safety_held";

    private static readonly Column[] PlaceColumns =
    [
        new("region_code", new Text("服务地代码", "Region code"), CellKind.Text, 12),
        new("region_name", new Text("服务地", "Region"), CellKind.Text, 18),
        new("county_code", new Text("县（市、区）代码", "County code"), CellKind.Text, 12),
        new("city_code", new Text("市代码", "City code"), CellKind.Text, 12),
        new("province_code", new Text("省代码", "Province code"), CellKind.Text, 12),
    ];

    private static readonly Column[] RequestColumns =
    [
        new("request_id", new Text("求助编号（系统）", "Request id"), CellKind.Text, 38),
        new("reference", new Text("求助编号", "Reference"), CellKind.Text, 20),
        new("link", new Text("记录", "Record"), CellKind.Link, 52),
    ];

    public Sheet Of(RecordsAsked asked)
    {
        var sheet = Unmarked(asked);
        return sheet with { Columns = [.. sheet.Columns, FigureCells.Synthetic], Rows = Marked(sheet.Rows) };
    }

    private Sheet Unmarked(RecordsAsked asked) =>
        asked.Kind switch
        {
            RecordKind.Requests => Requests(asked),
            RecordKind.Visits => Visits(asked),
            RecordKind.Problems => Problems(asked),
            RecordKind.Trainings => Trainings(asked),
            RecordKind.Benefits => Benefits(asked),
            _ => Achievements(asked),
        };

    /// <summary>How many rows there are.</summary>
    public Task<long> Count(RecordsAsked asked)
    {
        var (from, where) = asked.Kind switch
        {
            RecordKind.Requests => (FromRequests, RequestsInPeriod),
            RecordKind.Visits => (FromVisits, VisitsInPeriod),
            RecordKind.Problems => (FromProblems, ProblemsInPeriod),
            RecordKind.Trainings => (FromVisitsOf("training"), VisitsInPeriod),
            RecordKind.Benefits => (FromVisitsOf("benefit"), VisitsInPeriod),
            _ => (FromVisitsOf("achievement"), VisitsInPeriod),
        };
        var (scope, args) = Bounds(asked);
        return db.Value<long>($"select count(*) from {from} where {where}{scope}", args);
    }

    private (string Scope, Arguments Args) Bounds(RecordsAsked asked)
    {
        var args = new Arguments(
            new { from = ShanghaiTime.At(asked.From, TimeOnly.MinValue), to = ShanghaiTime.At(asked.To.AddDays(1), TimeOnly.MinValue) }
        );
        if (asked.Region is null)
        {
            return ("", args);
        }

        args.Add("region", asked.Region);
        return (" and " + RegionScope.Sql("help_request", "@region", catalogue.Regions.Find(asked.Region)), args);
    }

    /// <param name="at">The moment by which rows are in order, and <paramref name="id"/> what tells two of one moment apart.</param>
    private async IAsyncEnumerable<T> Read<T>(
        RecordsAsked asked,
        string columns,
        string from,
        string where,
        string at,
        string id,
        [EnumeratorCancellation] CancellationToken ct = default
    )
        where T : RecordRow
    {
        var (afterAt, afterId) = (DateTimeOffset.UnixEpoch, Guid.Empty);
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            var (scope, args) = Bounds(asked);
            args.Add("afterAt", afterAt);
            args.Add("afterId", afterId);
            args.Add("limit", AtATime);
            var rows = await db.List<T>(
                $"""
                select {id} as row_id, {at} as row_at, {Place}, {columns}
                from {from}
                where {where}{scope} and ({at} > @afterAt or ({at} = @afterAt and {id} > @afterId))
                order by {at}, {id} limit @limit
                """,
                args
            );
            foreach (var row in rows)
            {
                yield return row;
            }

            if (rows.Count < AtATime)
            {
                yield break;
            }

            (afterAt, afterId) = (rows[^1].RowAt, rows[^1].RowId);
        }
    }

    private async IAsyncEnumerable<object?[]> Marked(
        IAsyncEnumerable<object?[]> rows,
        [EnumeratorCancellation] CancellationToken ct = default
    )
    {
        var synthetic = FigureCells.Of(await SyntheticYear.Of(db));
        await foreach (var row in rows.WithCancellation(ct))
        {
            yield return [.. row, synthetic];
        }
    }

    private static async IAsyncEnumerable<object?[]> Cells<T>(
        IAsyncEnumerable<T> rows,
        Func<T, object?[]> cells,
        [EnumeratorCancellation] CancellationToken ct = default
    )
    {
        await foreach (var row in rows.WithCancellation(ct))
        {
            yield return cells(row);
        }
    }

    private object?[] PlaceOf(RecordRow row) =>
        [row.RegionCode, catalogue.Regions.Find(row.RegionCode)?.Name, row.CountyCode, row.CityCode, row.ProvinceCode];

    private static object?[] RequestOf(RecordRow row) => [row.RequestId.ToString("D"), row.Reference, $"/v1/requests/{row.RequestId:D}"];

    private string? SkillName(string? code) => code is not null && catalogue.Skills.TryGetValue(code, out var skill) ? skill.Zh : null;

    private string? Told(WordedRow row, string? words) =>
        words is null || row.SafetyHeld || row.Confidentiality != Words.Of(Confidentiality.Normal)
            ? null
            : PersonalData.MaskIn(words, persons.Open(row.RequestId, row.Person).Names);

    private static DateOnly? DayOf(DateTimeOffset? at) => at is { } moment ? ShanghaiTime.DayOf(moment) : null;

    private static string FileNameOf(RecordsAsked asked) =>
        $"{Words.Of(asked.Kind)}-{asked.Region ?? "all"}-{asked.From:yyyyMMdd}-{asked.To:yyyyMMdd}";
}
