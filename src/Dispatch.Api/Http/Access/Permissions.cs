using System.Collections.Frozen;
using CsvHelper;
using Dispatch.Api.Storage;

namespace Dispatch.Api.Http.Access;

/// <summary>How far a role reaches with an operation.</summary>
internal enum Reach
{
    /// <summary>To all there is of it: it is nobody's secret.</summary>
    Everything,

    /// <summary>To all there is of it, for those whose reach is no region.</summary>
    Country,

    /// <summary>To what lies in the caller's region and below; everywhere for those whose reach is no region.</summary>
    Region,

    /// <summary>To what the caller's team is asked for or has in hand, and for reading what waits to be claimed.</summary>
    Team,

    /// <summary>To the visits the caller is booked for, and the requests they are for.</summary>
    Visits,

    /// <summary>To what the caller posted, handed over or was told.</summary>
    Own,

    /// <summary>To what the secret that is shown leads to: a track token, a password, a refresh token.</summary>
    Bearer,
}

/// <summary>Who may call one operation, and how far it reaches for them.</summary>
/// <param name="Reaches">By role; <see cref="Role.Anonymous"/> stands for everyone. Whoever is not named is refused.</param>
/// <param name="Scope">What an integration client must have been let do beside; none where no client may call.</param>
internal sealed record Permission(string Operation, IReadOnlyDictionary<Role, Reach> Reaches, Scope? Scope)
{
    public bool IsForEveryone => Reaches.ContainsKey(Role.Anonymous);
}

/// <summary>The one table of who may do what, <c>permissions.csv</c>: the service lets in by it and publishes it.</summary>
internal static class Permissions
{
    private const string File = "Http/Access/permissions.csv";
    private static readonly Role[] Columns =
    [
        Role.Anonymous,
        Role.Requester,
        Role.Partner,
        Role.Member,
        Role.Leader,
        Role.Officer,
        Role.Auditor,
        Role.Admin,
    ];

    private static readonly FrozenDictionary<string, Permission> Table = Read()
        .ToFrozenDictionary(permission => permission.Operation, StringComparer.Ordinal);

    /// <summary>By operation.</summary>
    public static IEnumerable<Permission> All => Table.Values.OrderBy(permission => permission.Operation, StringComparer.Ordinal);

    /// <summary>None: nobody may call it.</summary>
    public static Permission? Find(string operation) => Table.GetValueOrDefault(operation);

    private static IEnumerable<Permission> Read()
    {
        using var stream =
            typeof(Permissions).Assembly.GetManifestResourceStream(File) ?? throw new InvalidOperationException($"{File} is missing.");
        using var text = new StreamReader(stream);
        using var csv = CsvReader.FromText(text.ReadToEnd());
        while (csv.Read())
        {
            var reaches = Columns
                .Select(role => (Role: role, Word: csv.GetString(role == Role.Anonymous ? "everyone" : Words.Of(role))))
                .Where(cell => cell.Word.Length > 0)
                .ToDictionary(cell => cell.Role, cell => Words.To<Reach>(cell.Word));
            var scope = csv.GetString("scope") is { Length: > 0 } word ? Words.To<Scope>(word) : (Scope?)null;
            // A client without scopes could do all of it.
            if (reaches.ContainsKey(Role.Partner) != scope.HasValue)
            {
                throw new InvalidOperationException($"{csv.GetString("operation")}: a client needs a scope, and only a client does.");
            }

            yield return new Permission(csv.GetString("operation"), reaches, scope);
        }
    }
}
