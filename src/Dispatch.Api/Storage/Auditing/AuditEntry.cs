using System.Globalization;
using System.Text;

namespace Dispatch.Api.Storage.Auditing;

/// <summary>What kind of line it is.</summary>
internal enum AuditKind
{
    /// <summary>Something was changed.</summary>
    Write,

    /// <summary>Personal data was shown.</summary>
    Read,

    /// <summary>Something happened to an identity, or somebody was refused.</summary>
    Security,
}

/// <summary>A class of personal data that was shown unmasked.</summary>
internal enum PersonalDataClass
{
    Address,
    Contact,
    CreditCode,
    MemberName,
    Name,
    Phone,
    Point,
    Text,
}

/// <summary>Of one object, what was shown.</summary>
internal sealed record Sight(string Kind, string Id, IReadOnlyList<PersonalDataClass> Classes);

/// <summary>One line of the audit, as it is stored. It names people and things by ids.</summary>
internal record AuditEntry
{
    public const string Columns =
        "entry_id, at, kind, actor, actor_role, action, object_kind, object_id, request_id, region_code, county_code, city_code, province_code, call_id, seen, times, stamp";

    public Guid EntryId { get; init; }
    public DateTimeOffset At { get; init; }
    public string Kind { get; init; } = "";
    public string Actor { get; init; } = "";
    public string ActorRole { get; init; } = "";
    public string Action { get; init; } = "";
    public string? ObjectKind { get; init; }
    public string? ObjectId { get; init; }
    public Guid? RequestId { get; init; }
    public string? RegionCode { get; init; }
    public string? CountyCode { get; init; }
    public string? CityCode { get; init; }
    public string? ProvinceCode { get; init; }
    public string? CallId { get; init; }

    /// <summary>As <see cref="CanonicalJson.Of(IEnumerable{Sight})"/> writes it.</summary>
    public string? Seen { get; init; }

    /// <summary>How often it happened: refusals are counted together.</summary>
    public long Times { get; init; } = 1;
    public string Stamp { get; init; } = "";

    /// <summary>The bytes its hash and its stamp stand for: one JSON text for one line (RFC 8785), whatever engine it was read from.</summary>
    public string Canonical() =>
        new CanonicalJson()
            .Text("action", Action)
            .Text("actor", Actor)
            .Text("at", At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture))
            .Text("call", CallId)
            .Text("city", CityCode)
            .Text("county", CountyCode)
            .Text("id", EntryId.ToString("D"))
            .Text("kind", Kind)
            .Text("object", ObjectId)
            .Text("objectKind", ObjectKind)
            .Text("province", ProvinceCode)
            .Text("region", RegionCode)
            .Text("request", RequestId?.ToString("D"))
            .Text("role", ActorRole)
            .Json("seen", Seen)
            .Json("times", Times.ToString(CultureInfo.InvariantCulture))
            .ToString();
}

/// <summary>Writes an object in the one way RFC 8785 allows. Its members come in the order of their names.</summary>
internal sealed class CanonicalJson
{
    private readonly StringBuilder text = new("{");

    public static string Of(IEnumerable<Sight> sights) =>
        "["
        + string.Join(
            ',',
            sights
                .OrderBy(sight => sight.Kind, StringComparer.Ordinal)
                .ThenBy(sight => sight.Id, StringComparer.Ordinal)
                .Select(sight =>
                    new CanonicalJson()
                        .Json("classes", "[" + string.Join(',', sight.Classes.Select(shown => Quoted(Words.Of(shown)))) + "]")
                        .Text("id", sight.Id)
                        .Text("kind", sight.Kind)
                        .ToString()
                )
        )
        + "]";

    public CanonicalJson Text(string name, string? value) => Json(name, value is null ? null : Quoted(value));

    /// <param name="json">Canonical already.</param>
    public CanonicalJson Json(string name, string? json)
    {
        if (text.Length > 1)
        {
            text.Append(',');
        }

        text.Append('"').Append(name).Append("\":").Append(json ?? "null");
        return this;
    }

    public override string ToString() => text + "}";

    // RFC 8785, 3.2.2.2: what must be escaped, in the shortest way, and nothing else.
    private static string Quoted(string value)
    {
        var quoted = new StringBuilder(value.Length + 2).Append('"');
        foreach (var letter in value)
        {
            _ = letter switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append("\\\\"),
                '\b' => quoted.Append("\\b"),
                '\t' => quoted.Append("\\t"),
                '\n' => quoted.Append("\\n"),
                '\f' => quoted.Append("\\f"),
                '\r' => quoted.Append("\\r"),
                < ' ' => quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}"),
                _ => quoted.Append(letter),
            };
        }

        return quoted.Append('"').ToString();
    }
}
