using System.IO.Compression;
using Dispatch.Api.Storage.Sealing;

namespace Dispatch.Api.Features.Exports;

/// <summary>A piece of a file as it is kept: packed, sealed, and bound to its place in its file.</summary>
internal sealed class ExportPieces(Seal seal)
{
    public string Close(ExportRow export, int position, byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var zip = new BrotliStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            zip.Write(bytes);
        }

        return seal.Close(PlaceOf(export, position), Convert.ToBase64String(packed.GetBuffer(), 0, (int)packed.Length));
    }

    /// <summary>Null where its key is gone.</summary>
    public byte[]? Open(ExportRow export, int position, string closed)
    {
        if (seal.TryOpen(PlaceOf(export, position), closed) is not { } packed)
        {
            return null;
        }

        using var zip = new BrotliStream(new MemoryStream(Convert.FromBase64String(packed)), CompressionMode.Decompress);
        using var bytes = new MemoryStream(Outflow.Piece);
        zip.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static SealedPlace PlaceOf(ExportRow export, int position) =>
        new("export_part", "content", FormattableString.Invariant($"{export.ExportId:D} {export.Attempt} {position}"));
}
