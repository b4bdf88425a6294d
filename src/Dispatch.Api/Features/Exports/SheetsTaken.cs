using Dispatch.Api.Http;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Auditing;

namespace Dispatch.Api.Features.Exports;

/// <summary>Writes a sheet whole and at once. Whoever takes it away leaves a trace.</summary>
internal sealed class SheetsTaken(Session db, Database database, AuditTrail trail)
{
    /// <returns>Null: it has more rows than these.</returns>
    public async Task<SheetFile?> Take(
        string action,
        string? region,
        Sheet sheet,
        SheetFormat format,
        Language language,
        int mostRows,
        CancellationToken ct
    )
    {
        var bytes = await SheetWriter.AllOf(sheet, format, language, mostRows, ct);
        await db.CloseReading();
        if (bytes is null)
        {
            return null;
        }

        trail.Concerns(region);
        await database.Write(db, () => trail.Did(action, null), ct);
        return new SheetFile(bytes, $"{sheet.FileName}.{Words.Of(format)}", format);
    }
}
