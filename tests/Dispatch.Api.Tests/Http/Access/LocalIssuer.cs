using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Dispatch.Api.Tests.Http.Access;

/// <summary>An OpenID Connect issuer on this machine: metadata and keys over HTTP, tokens of any shape.</summary>
public sealed class LocalIssuer : IDisposable
{
    public const string Audience = "dispatch-of-the-union";

    private readonly HttpListener listener = new();
    private readonly Dictionary<string, AsymmetricAlgorithm> keys = new(StringComparer.Ordinal);
    private readonly List<string> asked = [];

    public LocalIssuer()
    {
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            Address = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}";
        }

        Name = Address;
        listener.Prefixes.Add(Address + "/");
        listener.Start();
        _ = Answer();
    }

    public string Address { get; }

    /// <summary>What the metadata calls it: its address unless a test says otherwise.</summary>
    public string Name { get; set; }

    /// <summary>Answers nothing but errors.</summary>
    public bool IsDown { get; set; }

    /// <summary>The paths that were asked for, in order.</summary>
    public IReadOnlyList<string> Asked
    {
        get
        {
            lock (asked)
            {
                return [.. asked];
            }
        }
    }

    /// <summary>How often the keys were fetched.</summary>
    public int Looks => Asked.Count(path => path == "/keys");

    public string[] Settings => [$"--Dispatch:Issuer={Address}", $"--Dispatch:Audience={Audience}"];

    public ECDsa AddEc(string id)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        keys[id] = key;
        return key;
    }

    public RSA AddRsa(string id)
    {
        var key = RSA.Create(2048);
        keys[id] = key;
        return key;
    }

    public void Remove(string id) => keys.Remove(id);

    /// <summary>The claims of a token that is good for an hour.</summary>
    public Dictionary<string, object> Claims(DateTimeOffset now, string role = "officer", string subject = "officer-1") =>
        new(StringComparer.Ordinal)
        {
            ["iss"] = Address,
            ["aud"] = Audience,
            ["sub"] = subject,
            ["client_id"] = "console",
            ["jti"] = Guid.NewGuid().ToString(),
            ["iat"] = now.ToUnixTimeSeconds(),
            ["nbf"] = now.ToUnixTimeSeconds(),
            ["exp"] = now.AddHours(1).ToUnixTimeSeconds(),
            ["role"] = role,
            ["region"] = "*",
        };

    /// <summary>Signs any claims with a key this issuer has.</summary>
    public string Sign(
        object claims,
        string keyId,
        string? algorithm = null,
        string type = "at+jwt",
        Dictionary<string, object>? header = null
    )
    {
        SecurityKey key = keys[keyId] switch
        {
            RSA rsa => new RsaSecurityKey(rsa) { KeyId = keyId },
            ECDsa ec => new ECDsaSecurityKey(ec) { KeyId = keyId },
            _ => throw new InvalidOperationException(keyId),
        };
        return Sign(claims, key, algorithm ?? (key is RsaSecurityKey ? "RS256" : "ES256"), type, header);
    }

    public static string Sign(
        object claims,
        SecurityKey key,
        string algorithm,
        string type = "at+jwt",
        Dictionary<string, object>? header = null
    ) =>
        new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(
            claims as string ?? JsonSerializer.Serialize(claims),
            new SigningCredentials(key, algorithm)
            {
                CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false },
            },
            new Dictionary<string, object>(header ?? [], StringComparer.Ordinal) { ["typ"] = type }
        );

    public void Dispose()
    {
        listener.Close();
        foreach (var key in keys.Values)
        {
            key.Dispose();
        }
    }

    private async Task Answer()
    {
        while (true)
        {
            try
            {
                var call = await listener.GetContextAsync();
                var path = call.Request.Url!.AbsolutePath;
                lock (asked)
                {
                    asked.Add(path);
                }

                var body = path switch
                {
                    _ when IsDown => null,
                    "/.well-known/openid-configuration" => Metadata(),
                    "/keys" => KeySet(),
                    _ => null,
                };
                call.Response.StatusCode = body is null ? 503 : 200;
                call.Response.ContentType = "application/json";
                await call.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(body ?? "{}"));
                call.Response.Close();
            }
            catch (Exception cause) when (cause is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private string Metadata() =>
        JsonSerializer.Serialize(
            new
            {
                issuer = Name,
                jwks_uri = Address + "/keys",
                id_token_signing_alg_values_supported = new[] { "ES256", "RS256" },
            }
        );

    private string KeySet() =>
        JsonSerializer.Serialize(
            new
            {
                keys = keys.Select(pair =>
                        pair.Value switch
                        {
                            RSA rsa => Public(
                                pair.Key,
                                "RSA",
                                ("n", rsa.ExportParameters(false).Modulus!),
                                ("e", rsa.ExportParameters(false).Exponent!)
                            ),
                            ECDsa ec => Public(
                                pair.Key,
                                "EC",
                                ("x", ec.ExportParameters(false).Q.X!),
                                ("y", ec.ExportParameters(false).Q.Y!)
                            ),
                            _ => throw new InvalidOperationException(pair.Key),
                        }
                    )
                    .ToList(),
            }
        );

    private static Dictionary<string, string> Public(string id, string kind, params (string Name, byte[] Value)[] numbers)
    {
        var key = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["kid"] = id,
            ["kty"] = kind,
            ["use"] = "sig",
        };
        if (kind == "EC")
        {
            key["crv"] = "P-256";
        }

        foreach (var (name, value) in numbers)
        {
            key[name] = Base64UrlEncoder.Encode(value);
        }

        return key;
    }
}
