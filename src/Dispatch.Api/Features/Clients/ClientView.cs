using System.Text.Json.Serialization;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;

namespace Dispatch.Api.Features.Clients;

/// <summary>A system that hands requests over.</summary>
/// <param name="Subject">How the client is named where it has acted.</param>
internal sealed record ClientView(
    Guid Id,
    string Subject,
    string Name,
    IReadOnlyList<Scope> Scopes,
    IReadOnlyList<ClientKeyView> Keys,
    DateTimeOffset CreatedAt,
    string CreatedBy,
    long Version
) : IResource
{
    public string Place() => $"/v1/clients/{Id}";

    public static ClientView Of(ClientRow row, IEnumerable<ClientKeyRow> keys, DateTimeOffset now) =>
        new(
            row.ClientId,
            row.Subject,
            row.Name,
            Http.Access.Scopes.Read(row.Scopes),
            [.. keys.Select(key => ClientKeyView.Of(key, now))],
            row.CreatedAt,
            row.CreatedBy,
            row.Version
        );
}

/// <summary>A key, never the key itself.</summary>
/// <param name="LastUsedAt">To the minute.</param>
internal sealed record ClientKeyView(
    Guid Id,
    bool Live,
    DateTimeOffset MadeAt,
    string MadeBy,
    DateTimeOffset ExpiresAt,
    DateTimeOffset? RevokedAt,
    DateTimeOffset? LastUsedAt
)
{
    public static ClientKeyView Of(ClientKeyRow row, DateTimeOffset now) =>
        new(row.KeyId, row.IsLive(now), row.MadeAt, row.MadeBy, row.ExpiresAt, row.RevokedAt, row.LastUsedAt);
}

/// <summary>A new key, shown this once: nobody can read it again.</summary>
internal sealed record HandedKeyView(Guid Id, string Key, DateTimeOffset ExpiresAt, ClientView Client) : IResource
{
    public string Place() => Client.Place();

    [JsonIgnore]
    public long Version => Client.Version;
}
