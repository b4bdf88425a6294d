using System.Collections.Concurrent;
using Dispatch.Api.Features.Reference;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Storage;
using Dispatch.Domain.Calendar;
using Dispatch.Domain.Requests;
using Dispatch.Domain.Skills;
using Dispatch.Domain.Texts;

namespace Dispatch.Api.Features.SolvedCases;

/// <summary>Where a case was: the codes of its county, city and province.</summary>
internal sealed record CasePlace(string? County, string? City, string? Province);

/// <summary>A case that may be like a text, before its record is read.</summary>
/// <param name="Rank">Likeness first, then how lately and how near it was solved.</param>
internal readonly record struct FoundCase(Guid RequestId, double Rank);

/// <summary>
/// The cases that were confirmed as solved, in memory: of each a sketch of its text, where and when, and a fingerprint of its requester; 60 bytes. It
/// only finds: what is shown is read from the database, which stays the truth.
/// </summary>
internal sealed class CaseIndex(Database database, Catalogue catalogue)
{
    /// <summary>Of one skill the newest so many are kept.</summary>
    public const int MostOfSkill = 65_536;

    private const int PerRead = 5_000;

    // How far back a node looks for what others committed meanwhile: longer than any transaction may last.
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, CaseShelf> shelves = new(StringComparer.Ordinal);
    private readonly Lock adding = new();
    private readonly Dictionary<Guid, DateTimeOffset> lately = [];
    private DateTimeOffset newest = DateTimeOffset.MinValue;
    private (DateTimeOffset At, Guid Id)? oldest;

    public long Count => shelves.Values.Sum(shelf => (long)shelf.Count);

    /// <summary>Whether what was done about such a request may be told to others at all.</summary>
    public static bool MayBeTold(RequestRow request, Catalogue catalogue) =>
        request.StateNow == HelpRequestState.Closed
        && request.Outcome == Words.Of(ConfirmationOutcome.Confirmed)
        && request.Result == Words.Of(ResolutionResult.Solved)
        && request.SafetyKind is null
        && request is { PublicationRefused: false, ErasedAt: null }
        && request.Confidentiality == Words.Of(Domain.Requests.Confidentiality.Normal)
        && request.MainSkill is { } skill
        && !IsIntimate(skill, catalogue);

    /// <summary>What somebody told a doctor, a psychologist or a lawyer is no lesson for others, masked or not.</summary>
    public static bool IsIntimate(string skill, Catalogue catalogue) =>
        catalogue.Skills[skill].Licence is Licence.Medical or Licence.Psychological or Licence.Legal;

    /// <summary>Reads up to so many cases more, from the newest back; false when there are no more.</summary>
    public async Task<bool> LoadOlder(int most)
    {
        for (var read = 0; read < most; )
        {
            var rows = await Read(
                oldest is null ? "" : "and (confirmation.confirmed_at, confirmation.request_id) < (@At, @Id)",
                "desc",
                new
                {
                    oldest?.At,
                    oldest?.Id,
                    limit = PerRead,
                }
            );
            Add(rows);
            if (rows.Count < PerRead)
            {
                return false;
            }

            oldest = (rows[^1].ConfirmedAt, rows[^1].RequestId);
            read += rows.Count;
        }

        return true;
    }

    /// <summary>Reads what was solved since the last look, wherever.</summary>
    public async Task Follow()
    {
        var since = newest == DateTimeOffset.MinValue ? newest : newest - Overlap;
        while (true)
        {
            var rows = await Read("and confirmation.confirmed_at > @since", "asc", new { since, limit = PerRead });
            Add(rows);
            if (rows.Count < PerRead)
            {
                return;
            }

            since = rows[^1].ConfirmedAt.AddMilliseconds(-1);
        }
    }

    /// <summary>A case solved on this node is found at once.</summary>
    public void Add(RequestRow request, DateTimeOffset confirmedAt) =>
        Add([
            new CaseRow
            {
                RequestId = request.RequestId,
                ConfirmedAt = confirmedAt,
                MainSkill = request.MainSkill!,
                RequesterKey = request.RequesterKey,
                Text = request.Text,
                CountyCode = request.CountyCode,
                CityCode = request.CityCode,
                ProvinceCode = request.ProvinceCode,
            },
        ]);

    /// <summary>The likeliest cases of the skill, then of its domain; the best first.</summary>
    public IReadOnlyList<FoundCase> Like(string text, string skill, CasePlace place, DateTimeOffset now, int most)
    {
        if (IsIntimate(skill, catalogue))
        {
            return [];
        }

        var wanted = new CaseQuestion(catalogue.Delivered.Likeness.SketchOf(text), place, Day(now));
        var found = shelves.TryGetValue(skill, out var own) ? own.Like(wanted, most) : [];
        if (found.Count >= most)
        {
            return found;
        }

        var domain = catalogue.Skills[skill].Domain;
        var others = shelves
            .Where(shelf => shelf.Key != skill && catalogue.Skills[shelf.Key].Domain == domain)
            .SelectMany(shelf => shelf.Value.Like(wanted, most))
            .Where(other => other.Rank >= CaseShelf.LeastInDomain)
            .OrderByDescending(other => other.Rank)
            .Take(most - found.Count);
        return [.. found, .. others];
    }

    /// <summary>Whether so many different requesters had cases of this skill in such a place.</summary>
    public bool AreAtLeast(int requesters, string skill, Func<CasePlace, bool> within) =>
        shelves.TryGetValue(skill, out var shelf) && shelf.AreAtLeast(requesters, within);

    private async Task<IReadOnlyList<CaseRow>> Read(string condition, string order, object args)
    {
        await using var db = new Session(database);
        return await db.List<CaseRow>(
            $"""
            select confirmation.request_id, confirmation.confirmed_at, help_request.main_skill, help_request.requester_key, help_request.text,
                help_request.county_code, help_request.city_code, help_request.province_code, help_request.region_code, {CaseRow.May} as may_be_told
            from confirmation join help_request on help_request.request_id = confirmation.request_id
            where confirmation.solved = true {condition}
            order by confirmation.confirmed_at {order}, confirmation.request_id {order}
            limit @limit
            """,
            args
        );
    }

    private void Add(IReadOnlyList<CaseRow> rows)
    {
        lock (adding)
        {
            foreach (var row in rows)
            {
                newest = row.ConfirmedAt > newest ? row.ConfirmedAt : newest;
                if (row.MayBeTold && !IsIntimate(row.MainSkill!, catalogue) && lately.TryAdd(row.RequestId, row.ConfirmedAt))
                {
                    shelves.GetOrAdd(row.MainSkill!, _ => new CaseShelf()).Add(CaseOf(row));
                }
            }

            foreach (var (id, _) in lately.Where(seen => seen.Value < newest - (2 * Overlap)).ToList())
            {
                lately.Remove(id);
            }
        }
    }

    private SolvedCase CaseOf(CaseRow row) =>
        new(
            row.RequestId,
            catalogue.Delivered.Likeness.SketchOf(row.Text),
            new CasePlace(row.CountyCode, row.CityCode, row.ProvinceCode),
            row.RequesterKey.GetHashCode(StringComparison.Ordinal),
            Day(row.ConfirmedAt)
        );

    private static int Day(DateTimeOffset at) => ShanghaiTime.DayOf(at).DayNumber;

    private sealed record CaseRow
    {
        public const string May = """
            case when help_request.state = 'closed' and help_request.outcome = 'confirmed' and help_request.result = 'solved' and help_request.safety_kind is null
                and help_request.confidentiality = 'normal' and help_request.main_skill is not null
                and help_request.publication_refused = false and help_request.erased_at is null then true else false end
            """;

        public Guid RequestId { get; init; }
        public DateTimeOffset ConfirmedAt { get; init; }
        public string? MainSkill { get; init; }
        public string RequesterKey { get; init; } = "";
        public string Text { get; init; } = "";
        public string? CountyCode { get; init; }
        public string? CityCode { get; init; }
        public string? ProvinceCode { get; init; }
        public bool MayBeTold { get; init; } = true;
    }
}
