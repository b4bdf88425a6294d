using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Dispatch.Api.Storage.Auditing;

/// <summary>Ids that sort by time, and within a millisecond by the order in which this process made them: UUID version 7 with a counter of 12 bits after
/// the time (RFC 9562, 6.2, method 1).</summary>
internal sealed class EntryIds
{
    private const int CounterBits = 12;
    private const int Version = 0x7000;
    private const byte Variant = 0x80;
    private const byte VariantBits = 0x3F;

    private long last;

    public Guid Next(DateTimeOffset at)
    {
        var next = Take(at.ToUnixTimeMilliseconds() << CounterBits);
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes[8..]);
        var counter = (int)next & ((1 << CounterBits) - 1);
        BinaryPrimitives.WriteInt64BigEndian(bytes, ((next >> CounterBits) << 16) | (uint)(Version | counter));
        bytes[8] = (byte)(bytes[8] & VariantBits | Variant);
        return new Guid(bytes, bigEndian: true);
    }

    // A full counter, or a clock that was put back, goes on from where it was.
    private long Take(long earliest)
    {
        while (true)
        {
            var before = Volatile.Read(ref last);
            var next = Math.Max(before + 1, earliest);
            if (Interlocked.CompareExchange(ref last, next, before) == before)
            {
                return next;
            }
        }
    }
}
