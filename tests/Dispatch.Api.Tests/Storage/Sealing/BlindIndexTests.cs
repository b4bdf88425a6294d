using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Dispatch.Api.Storage.Sealing;
using Xunit;

namespace Dispatch.Api.Tests.Storage.Sealing;

public sealed class BlindIndexTests
{
    [Fact]
    public void A_word_is_the_hmac_of_purpose_and_value_whatever_was_asked_before_and_under_whichever_key()
    {
        var (one, other) = (Fresh(), Fresh());
        foreach (var value in new[] { "13800138000", "", "清港镇", "13800138000" })
        {
            Assert.Equal(Plain(one, "phone", value), new BlindIndex(one).Of("phone", value));
            Assert.Equal(Plain(other, "phone", value), new BlindIndex(other).Of("phone", value));
            Assert.Equal(Plain(other, "track", value), new BlindIndex(other).Of("track", value));
        }
    }

    private static DataKeys Fresh() => SealTests.KeysOf(KeyRing.Fresh(DateTimeOffset.UnixEpoch));

    private static string Plain(DataKeys keys, string purpose, string value) =>
        Base64Url.EncodeToString(HMACSHA256.HashData(keys.LookUp, Encoding.UTF8.GetBytes($"{purpose}\n{value}")));
}
