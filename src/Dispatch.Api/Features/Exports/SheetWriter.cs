using Dispatch.Api.Http;
using Dispatch.Domain.Calendar;

namespace Dispatch.Api.Features.Exports;

/// <summary>Writes a sheet row by row, and holds no row longer than that. Disposing it ends the file.</summary>
internal abstract class SheetWriter : IDisposable
{
    private const int FenPerYuan = 100;

    public abstract void Row(object?[] cells);

    public abstract void Dispose();

    /// <summary>All of a sheet, as long as it has no more rows than these.</summary>
    /// <returns>Null: it has more.</returns>
    public static async Task<byte[]?> AllOf(Sheet sheet, SheetFormat format, Language language, int mostRows, CancellationToken ct)
    {
        using var bytes = new MemoryStream();
        using (var writer = SheetFormats.Writer(format, bytes, sheet, language))
        {
            var written = 0;
            await foreach (var row in sheet.Rows.WithCancellation(ct))
            {
                if (++written > mostRows)
                {
                    return null;
                }

                writer.Row(row);
            }
        }

        return bytes.ToArray();
    }

    protected static decimal Yuan(long fen) => (decimal)fen / FenPerYuan;

    /// <summary>What the clocks of Shanghai showed.</summary>
    protected static DateTime Local(DateTimeOffset at) => ShanghaiTime.ToLocal(at).DateTime;
}
