namespace Dispatch.Api.Features.Exports;

/// <summary>Takes what is written until there is enough for a piece, and hands it over piece by piece.</summary>
internal sealed class Outflow : Stream
{
    /// <summary>Bytes.</summary>
    public const int Piece = 256 * 1024;

    private readonly MemoryStream waiting = new(Piece + 64 * 1024);
    private long written;

    public override bool CanRead => false;

    // A package written onward asks for nothing else.
    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => written;

    public override long Position
    {
        get => written;
        set => throw new NotSupportedException();
    }

    /// <param name="all">What is less than a piece too.</param>
    /// <returns>Null: not yet.</returns>
    public byte[]? Take(bool all = false)
    {
        if (waiting.Length < Piece && !(all && waiting.Length > 0))
        {
            return null;
        }

        var piece = waiting.ToArray();
        waiting.SetLength(0);
        return piece;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        waiting.Write(buffer);
        written += buffer.Length;
    }

    public override void Flush() { }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
