using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Dispatch.Api.Features.Reference;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Sealing;

namespace Dispatch.Api.Features.Imports;

internal sealed record ImportProblemRow
{
    public int Position { get; init; }
    public int RowNumber { get; init; }
    public string? ColumnName { get; init; }
    public string Code { get; init; } = "";
    public string Zh { get; init; } = "";
    public string En { get; init; } = "";
}

/// <summary>What came of some rows.</summary>
internal sealed record RowsDone(int Rows, int Taken, int ThereAlready, int Refused, IReadOnlyList<(int Row, RowProblem Problem)> Problems);

/// <summary>The one writer of imports and of the rows that are kept for them.</summary>
internal sealed class ImportStore(Session db, Seal seal, Caller caller, Catalogue catalogue, TimeProvider clock)
{
    /// <summary>Rows of one piece: so many are one transaction.</summary>
    public const int PieceRows = 50;

    private static readonly JsonSerializerOptions Shape = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    public Task<long> AtWork() => db.Value<long>("select count(*) from import_run where state = 'waiting'");

    public async Task<ImportRow> Find(Guid id)
    {
        var row = await FindUnseen(id);
        return row is not null && RegionScope.Covers(caller.RegionCode, row) ? row : throw Refused.Unknown();
    }

    public Task<ImportRow?> FindUnseen(Guid id) =>
        db.Find<ImportRow>($"select {ImportRow.Columns} from import_run where import_id = @id", new { id });

    public async Task<ImportRow> Enter(ImportKind kind, ImportFormat format, string fileName, bool dryRun, IReadOnlyList<FileRow> rows)
    {
        var now = clock.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        var lineage = caller.RegionCode is { } own ? catalogue.LineageOf(catalogue.Regions.Find(own)!) : null;
        await db.Execute(
            """
            insert into import_run (import_id, kind, format, state, version, file_name, dry_run, of_all, region_code, county_code, city_code, province_code, made_by, actor_role, actor_region, created_at)
            values (@id, @kind, @format, 'waiting', 1, @fileName, @dryRun, @ofAll, @region, @county, @city, @province, @by, @role, @own, @now)
            """,
            new
            {
                id,
                kind = Words.Of(kind),
                format = Words.Of(format),
                fileName,
                dryRun,
                ofAll = rows.Count,
                region = lineage?.Region,
                county = lineage?.County,
                city = lineage?.City,
                province = lineage?.Province,
                by = caller.Subject,
                role = Words.Of(caller.Role),
                own = caller.RegionCode,
                now,
            }
        );
        for (var first = 0; first < rows.Count; first += PieceRows)
        {
            var piece = new FilePiece(first + 1, [.. rows.Skip(first).Take(PieceRows)]);
            var pieceId = Guid.CreateVersion7(now);
            await db.Execute(
                "insert into import_piece (piece_id, import_id, last_row, content) values (@pieceId, @id, @last, @content)",
                new
                {
                    pieceId,
                    id,
                    last = first + piece.Rows.Count,
                    content = seal.Close(PlaceOf(pieceId), JsonSerializer.Serialize(piece, Shape)),
                }
            );
        }

        return (await FindUnseen(id))!;
    }

    /// <summary>The piece that comes next; null: all are read.</summary>
    public async Task<FilePiece?> Next(ImportRow import)
    {
        var row = await db.Find<PieceRow>(
            "select piece_id, content from import_piece where import_id = @ImportId and last_row > @Done order by last_row limit 1",
            import
        );
        return row is null ? null : JsonSerializer.Deserialize<FilePiece>(seal.Open(PlaceOf(row.PieceId), row.Content), Shape);
    }

    /// <summary>Notes how far it is now, in the transaction of what was taken. False: somebody else works on it, and nothing of this turn counts.</summary>
    public async Task<bool> Advance(ImportRow import, string worker, RowsDone rows)
    {
        var moved = await db.Execute(
            """
            update import_run set version = version + 1, done = done + @Rows, taken = taken + @Taken, there_already = there_already + @ThereAlready,
                refused = refused + @Refused, problems = problems + @found, beat_at = @now, attempts = 0
            where import_id = @ImportId and worker = @worker and done = @Done and state = 'waiting'
            """,
            new
            {
                import.ImportId,
                import.Done,
                worker,
                rows.Rows,
                rows.Taken,
                rows.ThereAlready,
                rows.Refused,
                found = rows.Problems.Count,
                now = clock.GetUtcNow(),
            }
        );
        if (moved == 0)
        {
            return false;
        }

        var position = import.Problems;
        foreach (var (row, problem) in rows.Problems)
        {
            await db.Execute(
                "insert into import_problem (import_id, position, row_number, column_name, code, zh, en) values (@ImportId, @position, @row, @Column, @Code, @Zh, @En)",
                new
                {
                    import.ImportId,
                    position = ++position,
                    row,
                    problem.Column,
                    problem.Code,
                    problem.Reason.Zh,
                    problem.Reason.En,
                }
            );
        }

        await db.Execute(
            "delete from import_piece where import_id = @ImportId and last_row <= @done",
            new { import.ImportId, done = import.Done + rows.Rows }
        );
        return true;
    }

    /// <summary>Nothing of the file is left; what came of its rows stays.</summary>
    public async Task End(ImportRow import, string worker, ImportState state)
    {
        await db.Execute(
            "update import_run set state = @state, version = version + 1, ended_at = @now, worker = null, beat_at = null where import_id = @ImportId and worker = @worker",
            new
            {
                import.ImportId,
                worker,
                state = Words.Of(state),
                now = clock.GetUtcNow(),
            }
        );
        await db.Execute("delete from import_piece where import_id = @ImportId", import);
    }

    public Task<IReadOnlyList<ImportProblemRow>> Problems(Guid importId, int after, int limit) =>
        db.List<ImportProblemRow>(
            "select position, row_number, column_name, code, zh, en from import_problem where import_id = @importId and position > @after order by position limit @limit",
            new
            {
                importId,
                after,
                limit,
            }
        );

    private static SealedPlace PlaceOf(Guid pieceId) => new("import_piece", "content", pieceId);

    private sealed record PieceRow
    {
        public Guid PieceId { get; init; }
        public string Content { get; init; } = "";
    }
}
