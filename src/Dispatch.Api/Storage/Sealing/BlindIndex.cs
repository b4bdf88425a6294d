using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Dispatch.Api.Storage.Sealing;

/// <summary>What sealed values and secrets are found by: HMAC-SHA-256 under a key of its own. Equal values have equal words; without the key nobody
/// can try values out.</summary>
internal sealed class BlindIndex(DataKeys keys)
{
    /// <param name="purpose">Words of one purpose are not found under another.</param>
    public string Of(string purpose, string value)
    {
        var mac = OnThread<IncrementalHash>.Of(keys.LookUp, key => IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key));
        mac.AppendData(Encoding.UTF8.GetBytes(purpose + "\n" + value));
        Span<byte> word = stackalloc byte[HMACSHA256.HashSizeInBytes];
        mac.GetHashAndReset(word);
        return Base64Url.EncodeToString(word);
    }

    /// <summary>Of whoever asks for help: the credit code of an organisation, else name and phone.</summary>
    public string OfRequester(string key) => Of("requester", key);

    /// <summary>Of a telephone number alone, in its one form; none where there is none.</summary>
    public string? OfPhone(string? phone) => phone is null ? null : Of("phone", phone);

    /// <summary>Of whoever was erased with this id: the same for all that was erased at once, and nobody's name.</summary>
    public string OfErased(Guid id) => Of("erased", id.ToString("D"));

    /// <summary>Of a line in a file that only this service writes.</summary>
    public string OfLine(string line) => Of("erasure line", line);

    /// <summary>Of a name or an address somebody signed in with and failed.</summary>
    public string OfSignIn(string watched) => Of("failed sign-in", watched);

    /// <summary>Of a track token. Who reads the database cannot follow a request, and cannot try tokens out either.</summary>
    public string OfTrack(string token) => OfTrackDigest(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token))));

    /// <summary>The same from the plain digest that earlier versions kept.</summary>
    public string OfTrackDigest(string digest) => Of("track", digest);
}
