using System.Text.Json;
using Dispatch.Api.Features.Reference;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;

namespace Dispatch.Api.Features.Exports;

/// <summary>The one writer of exports. Whoever asked sees one, as long as its region is still his.</summary>
internal sealed class ExportStore(Session db, Caller caller, Catalogue catalogue, ExportLimits limits, TimeProvider clock)
{
    /// <summary>So long a file can be fetched.</summary>
    public static readonly TimeSpan Term = TimeSpan.FromHours(24);

    public async Task<ExportRow> Find(Guid id)
    {
        var row = await db.Find<ExportRow>($"select {ExportRow.Columns} from export where export_id = @id", new { id });
        return
            row is not null
            && row.AskedBy == caller.Subject
            && RegionScope.Covers(caller.RegionCode, row)
            && !(row.ExpiresAt <= clock.GetUtcNow())
            ? row
            : throw Refused.Unknown();
    }

    /// <summary>The same asked again while it is in the making is the same.</summary>
    public async Task<ExportRow> Begin(RecordsAsked asked, SheetFormat format, Language language, string fileName)
    {
        var content = JsonSerializer.Serialize(asked, JsonShape.Options);
        await db.HoldKey("exports in the making");
        var making = await db.List<ExportRow>(
            $"select {ExportRow.Columns} from export where state = 'making' order by asked_at, export_id"
        );
        var own = making.Where(row => row.AskedBy == caller.Subject).ToList();
        if (own.Find(row => (row.Content, row.Format, row.Language) == (content, Words.Of(format), Words.Of(language))) is { } same)
        {
            return same;
        }

        if (making.Count >= limits.MostOfAll || own.Count >= limits.MostOfOne)
        {
            throw new Overloaded();
        }

        var (now, lineage) = (clock.GetUtcNow(), asked.Region is { } code ? catalogue.LineageOf(catalogue.Regions.Find(code)!) : null);
        return (
            await db.Find<ExportRow>(
                $"""
                insert into export (export_id, state, version, content, format, language, file_name, region_code, county_code, city_code, province_code, asked_by, asked_at)
                values (@id, 'making', 1, @content, @format, @language, @fileName, @region, @county, @city, @province, @by, @now)
                returning {ExportRow.Columns}
                """,
                new
                {
                    id = Guid.CreateVersion7(now),
                    content,
                    format = Words.Of(format),
                    language = Words.Of(language),
                    fileName,
                    region = lineage?.Region,
                    county = lineage?.County,
                    city = lineage?.City,
                    province = lineage?.Province,
                    by = caller.Subject,
                    now,
                }
            )
        )!;
    }

    /// <summary>The oldest that nobody works on, or whose worker has fallen silent: it is begun anew.</summary>
    public async Task<ExportRow?> Claim(string worker, DateTimeOffset silentSince)
    {
        var claimed = await db.Find<ExportRow>(
            $"""
            update export set worker = @worker, beat_at = @now, attempt = attempt + 1, done = 0, version = version + 1
            where export_id = (
                select export_id from export
                where state = 'making' and (worker is null or beat_at < @silentSince)
                order by asked_at, export_id
                limit 1 {db.ForUpdate})
            returning {ExportRow.Columns}
            """,
            new
            {
                worker,
                now = clock.GetUtcNow(),
                silentSince,
            }
        );
        if (claimed is not null)
        {
            await db.Execute("delete from export_part where export_id = @ExportId", claimed);
        }

        return claimed;
    }

    /// <summary>How far it is, with a piece of its file. False: another has it now.</summary>
    public async Task<bool> Advance(ExportRow row, string worker, long done, long ofAll, (int Position, string Content)? piece)
    {
        var own = await db.Execute(
            """
            update export set done = @done, of_all = @ofAll, beat_at = @now, version = version + 1
            where export_id = @ExportId and worker = @worker and attempt = @Attempt and state = 'making'
            """,
            new
            {
                row.ExportId,
                row.Attempt,
                worker,
                done,
                ofAll,
                now = clock.GetUtcNow(),
            }
        );
        if (own == 0 || piece is not { } part)
        {
            return own > 0;
        }

        await db.Execute(
            "insert into export_part (export_id, attempt, position, content) values (@ExportId, @Attempt, @Position, @Content)",
            new
            {
                row.ExportId,
                row.Attempt,
                part.Position,
                part.Content,
            }
        );
        return true;
    }

    /// <returns>Null: another has it now.</returns>
    public Task<ExportRow?> Finish(ExportRow row, string worker, long done, long bytes) =>
        End(row, worker, "state = 'ready', done = @done, of_all = @done, bytes = @bytes", new { done, bytes });

    public async Task<ExportRow?> Fail(ExportRow row, string worker, ExportFailure failure)
    {
        var failed = await End(row, worker, "state = 'failed', failure = @failure", new { failure = Words.Of(failure) });
        if (failed is not null)
        {
            await db.Execute("delete from export_part where export_id = @ExportId", row);
        }

        return failed;
    }

    /// <summary>It waits again: for this node when it is back, or for another.</summary>
    public Task Release(ExportRow row, string worker) =>
        db.Execute(
            "update export set worker = null, beat_at = null where export_id = @ExportId and worker = @worker and state = 'making'",
            new { row.ExportId, worker }
        );

    /// <summary>A piece of a file, as it is kept.</summary>
    /// <returns>Null: there is none.</returns>
    public static async Task<string?> Piece(Session db, ExportRow row, int position) =>
        await db.Value<string>(
            "select content from export_part where export_id = @ExportId and attempt = @Attempt and position = @position",
            new
            {
                row.ExportId,
                row.Attempt,
                position,
            }
        );

    /// <summary>What is past its term goes, and its file with it.</summary>
    public static async Task<int> Forget(Session db, DateTimeOffset now)
    {
        await db.Execute("delete from export_part where export_id in (select export_id from export where expires_at <= @now)", new { now });
        return await db.Execute("delete from export where expires_at <= @now", new { now });
    }

    private Task<ExportRow?> End(ExportRow row, string worker, string assignments, object values)
    {
        var now = clock.GetUtcNow();
        var args = new Arguments(values);
        args.Add("_id", row.ExportId);
        args.Add("_attempt", row.Attempt);
        args.Add("_worker", worker);
        args.Add("_now", now);
        args.Add("_expires", now + Term);
        return db.Find<ExportRow>(
            $"""
            update export set {assignments}, version = version + 1, ended_at = @_now, expires_at = @_expires, worker = null, beat_at = null
            where export_id = @_id and worker = @_worker and attempt = @_attempt and state = 'making'
            returning {ExportRow.Columns}
            """,
            args
        );
    }
}
