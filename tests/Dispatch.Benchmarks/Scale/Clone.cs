using Dispatch.Api.Features.Reference;
using Dispatch.Api.Storage.Auditing;
using Dispatch.Domain.Calendar;
using Dispatch.Domain.Geography;

namespace Dispatch.Benchmarks.Scale;

/// <summary>A request to be: the one of the small history it repeats, and all that must be worked out rather than copied.</summary>
/// <param name="Shift">Seconds, not above 0.</param>
internal sealed record Clone(
    int Number,
    Template Of,
    long Shift,
    DateTimeOffset CreatedAt,
    Guid TeamTo,
    Guid TeamOther,
    Lineage Place,
    GeoPoint Point,
    string Person,
    string RequesterKey,
    string PhoneKey,
    string TrackHash
)
{
    private const string Letters = "0123456789abcdef";

    public string Head { get; } = HeadAt(CreatedAt);

    /// <summary>Between the day of the one it repeats and its own.</summary>
    public int Days => ShanghaiTime.DayOf(Of.CreatedAt).DayNumber - ShanghaiTime.DayOf(CreatedAt).DayNumber;

    public string Tail { get; } = $"5ca1e{Number:x7}";

    public Guid RequestId => Reborn(Of.RequestId);

    public string Reference => $"S{Number:D8}";

    /// <summary>The first 13 characters of an id that sorts by time.</summary>
    public static string HeadAt(DateTimeOffset at)
    {
        var milliseconds = at.ToUnixTimeMilliseconds();
        return string.Create(
            13,
            milliseconds,
            static (text, rest) =>
            {
                for (var place = 12; place >= 0; place--)
                {
                    if (place == 8)
                    {
                        text[place] = '-';
                        continue;
                    }

                    text[place] = Letters[(int)(rest & 15)];
                    rest >>= 4;
                }
            }
        );
    }

    public Guid Reborn(Guid id) => Reborn(id, Head);

    public Guid Reborn(Guid id, string head) => Guid.Parse(string.Concat(head, id.ToString("D").AsSpan(13, 11), Tail));
}

/// <summary>A request of the small history with its audit.</summary>
internal sealed record Template(
    Guid RequestId,
    string State,
    DateTimeOffset CreatedAt,
    DateTimeOffset ChangedAt,
    Guid? Team,
    IReadOnlyList<AuditEntry> Audit
)
{
    public bool HasEnded => State is "closed" or "cancelled";
}

/// <summary>An entry of the audit with its place in the chain.</summary>
internal sealed record LoadedEntry(AuditEntry Entry, AuditSeal Seal);
