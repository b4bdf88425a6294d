using System.Security.Cryptography;

namespace Dispatch.Api.Storage.Sealing;

/// <summary>What works under a key, kept by each thread for the last key it had: to make one costs as much as its work on many short values, and one
/// at work is one thread's.</summary>
internal static class OnThread<T>
    where T : class, IDisposable
{
    [ThreadStatic]
    private static (byte[] Key, T Made) last;

    /// <param name="make">Always the same for this type.</param>
    public static T Of(byte[] key, Func<byte[], T> make)
    {
        if (last.Key is null || !CryptographicOperations.FixedTimeEquals(last.Key, key))
        {
            last.Made?.Dispose();
            last = (key, make(key));
        }

        return last.Made;
    }
}
