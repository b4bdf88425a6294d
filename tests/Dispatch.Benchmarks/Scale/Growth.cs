using System.Diagnostics;
using System.Globalization;
using Dispatch.Api.Features.Reference;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Storage.Auditing;
using Dispatch.Api.Storage.Sealing;
using Dispatch.Benchmarks.Matching;
using Dispatch.Domain.Calendar;
using Dispatch.Domain.Geography;

namespace Dispatch.Benchmarks.Scale;

/// <summary>Multiplies a small real history: every copy has ids, a place, a team, a time, a person and an audit of its own. What is sealed is sealed
/// anew under the keys of the service, every entry of the audit is stamped and chained as the service does it, so that all of it opens and
/// verifies.</summary>
internal sealed class Growth(GrownStore store, Country country, DataKeys keys, int seed)
{
    /// <summary>Of so many requests one is under way, one of the others in so many was cancelled.</summary>
    private const double UnderWay = 0.03;
    private const double Cancelled = 0.12;

    // The end of a reference: one request in a thousand is looked at again by the service.
    private const string Sampled = "777";

    private static readonly TimeSpan Year = TimeSpan.FromDays(365);

    // Deadlines of what is under way must not have passed, or the timers of all would fire at the start.
    private static readonly TimeSpan Youngest = TimeSpan.FromHours(2);

    /// <summary>All that grows with requests, parents before children; what hangs on a visit alone says so.</summary>
    private static readonly string[] Tables =
    [
        "help_request",
        "request_skill",
        "request_window",
        "request_requirement",
        "request_exclusion",
        "timeline",
        "deadline",
        "timer",
        "match_decision",
        "joint_part",
        "offer",
        "assignment",
        "visit",
        "visit_member",
        "attendance",
        "problem",
        "problem_result",
        "training",
        "benefit",
        "achievement",
        "confirmation",
        "notice",
        "consent",
        "idempotent_answer",
        "figure_entry",
    ];

    private static readonly string[] OfVisit = ["visit_member", "attendance"];
    private static readonly string[] Places = ["region_code", "county_code", "city_code", "province_code"];

    /// <summary>Worked out for each request rather than copied.</summary>
    private static readonly string[] Own = ["reference", "track_hash", "person", "requester_key", "phone_key", "lat", "lng"];

    public static IEnumerable<string> AllTables => [.. Tables, "audit_entry", "audit_seal", "figure_rollup"];

    /// <param name="count">Requests there are afterwards.</param>
    public async Task To(int count)
    {
        var clock = Stopwatch.StartNew();
        await store.Open();
        var templates = await Templates();
        foreach (var table in Tables)
        {
            var rows = OfVisit.Contains(table)
                ? $"select s.*, visit.request_id from {table} s join visit on visit.visit_id = s.visit_id"
                : $"select * from {table}";
            await store.Run($"create table {GrownStore.Aside}.{table} as {rows}");
            await store.Run(
                $"create index {GrownStore.Aside}{(store is GrownSqlite ? "." : "_")}{table}_of on {OnTable(table)} (request_id)"
            );
        }

        Told("small history");
        await store.WriteClones(Clones(templates, count - templates.Count));
        await store.DropIndexes([.. Tables, "audit_entry"]);
        Told("requests to be");
        foreach (var table in Tables)
        {
            await Multiply(table);
        }

        Told("rows");
        await store.Run("delete from figure_rollup");
        foreach (var sql in Rollups.FromEntries())
        {
            await store.Run(sql);
        }

        Told("figures");

        var reached = (await store.List<AuditSeal>("select seq, hash from audit_seal order by seq desc limit 1")) is [var last]
            ? last
            : AuditSeal.Origin;
        await store.WriteAudit(Audit(Clones(templates, count - templates.Count), reached));
        Told("audit");
        await store.MakeIndexes();
        Told("indexes");
        await Load();
        await store.Run(
            $"insert into figure_due (request_id, mark) select request_id, 0 from help_request where reference like 'S%{Sampled}'"
        );
        await store.Close();
        Told("rest");

        void Told(string what)
        {
            Console.WriteLine($"  {what}: {clock.Elapsed.TotalSeconds:N0} s");
            clock.Restart();
        }

        string OnTable(string table) => store is GrownSqlite ? table : $"{GrownStore.Aside}.{table}";
    }

    private async Task Multiply(string table)
    {
        var columns = await store.Columns(table);
        var where = "s.request_id = k.template_id";
        if (table == "idempotent_answer")
        {
            // They live a day.
            where += store is GrownSqlite ? " and k.shift > -86400 and s.request_id is not null" : " and k.shift > -86400";
        }

        await store.Run(
            $"""
            insert into {table} ({string.Join(", ", columns.Select(column => column.Name))})
            select {string.Join(", ", columns.Select(column => Value(table, column)))}
            {store.From(table, where)}
            """
        );
    }

    private string Value(string table, GrownColumn column)
    {
        var from = "s." + column.Name;
        return (table, column.Name) switch
        {
            ("help_request", "created_at") => "k.created_at",
            ("help_request", var name) when Own.Contains(name) => "k." + name,
            ("notice", "recipient_key") =>
                $"case s.recipient when 'team' then cast({Team("cast(k.team_from as text)", from)} as text) when 'officer' then k.region_code else k.requester_key end",
            ("idempotent_answer", "idempotency_key") => from + " || k.tail",
            (_, "member_id") => from,
            ("figure_entry", "host_region_code") => OfTeam("region_code"),
            // Escalations have a tier without a team.
            ("figure_entry", "tier") => $"coalesce({OfTeam("tier")}, {from})",
            (_, var name) when Places.Contains(name) => table is "help_request" or "figure_entry"
                ? "k." + name
                : $"case when {from} is null then null else k.{name} end",
            (_, var name) when name.EndsWith("team_id", StringComparison.Ordinal) =>
                $"case when {from} is null then null else {Team("k.team_from", from)} end",
            _ when column.IsId => store.Reborn(from),
            _ when column.IsInstant => store.Shifted(from),
            _ when column.IsDay => store.ShiftedDay(from),
            _ => from,
        };

        static string OfTeam(string column) =>
            $"(select team.{column} from team where s.team_id is not null and team.team_id = {Team("k.team_from", "s.team_id")})";

        static string Team(string first, string from) => $"case when {from} = {first} then k.team_to else k.team_other end";
    }

    /// <summary>What the copies under way add to the loads of their teams.</summary>
    private Task Load() =>
        store.Run(
            """
            update team_load set active = active + coalesce((select count(*) from assignment where assignment.team_id = team_load.team_id and assignment.state = 'active'), 0)
            where team_id in (select team_id from assignment where state = 'active')
            """
        );

    private async Task<List<Template>> Templates()
    {
        var teams = (
            await store.List<TeamRow>(
                "select cast(request_id as text) as request, cast(team_id as text) as team from offer order by offered_at"
            )
        )
            .GroupBy(row => row.Request, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => Guid.Parse(group.Last().Team), StringComparer.Ordinal);
        var audit = (await store.List<AuditEntry>($"select {AuditEntry.Columns} from audit_entry order by entry_id"))
            .Select(entry => (Entry: entry, Request: RequestOf(entry)))
            .Where(pair => pair.Request is not null)
            .ToLookup(pair => pair.Request!, pair => pair.Entry, StringComparer.Ordinal);
        var rows = await store.List<RequestRow>(
            "select cast(request_id as text) as request, state, created_at, changed_at from help_request"
        );
        return
        [
            .. rows.Select(row => new Template(
                Guid.Parse(row.Request),
                row.State,
                row.CreatedAt,
                row.ChangedAt,
                teams.TryGetValue(row.Request, out var team) ? team : null,
                [.. audit[row.Request]]
            )),
        ];
    }

    private static string? RequestOf(AuditEntry entry) =>
        entry.RequestId?.ToString("D") ?? (entry.ObjectKind == "request" ? entry.ObjectId : null);

    /// <summary>In the order of their time, the same ones whenever asked.</summary>
    private IEnumerable<Clone> Clones(IReadOnlyList<Template> templates, int count)
    {
        var random = new Random(seed);
        var index = new BlindIndex(keys);
        var persons = new Persons(new Seal(keys));
        var (closed, cancelled) = (
            templates.Where(one => one.State == "closed").ToList(),
            templates.Where(one => one.State == "cancelled").ToList()
        );
        var under = templates.Where(one => !one.HasEnded).ToList();
        var teams = Teams();
        var now = DateTimeOffset.UtcNow;
        var fresh = (int)(count * UnderWay);
        for (var number = 0; number < count; number++)
        {
            var isFresh = number >= count - fresh;
            var of =
                isFresh ? Any(under)
                : random.NextDouble() < Cancelled ? Any(cancelled)
                : Any(closed);
            var age = isFresh
                ? Youngest * ((double)(count - number) / fresh)
                : Youngest + (Year * (1 - ((double)(number + 1) / (count - fresh + 1))));
            // What ended did so before now.
            var shift = -(long)WithinADay(of.CreatedAt, age).TotalSeconds;
            var created = of.CreatedAt.AddSeconds(shift);
            var (home, team) = teams[random.Next(teams.Count)];
            var place = country.Rules.Regions.Find(home)!;
            var (point, phone) = (place.Point, $"+86139{random.Next(Math.Max(1, count)):D8}");
            var id = new Clone(number, of, shift, created, team, team, LineageOf(place), point, "", "", "", "").RequestId;
            yield return new Clone(
                number,
                of,
                shift,
                created,
                team,
                teams[random.Next(teams.Count)].Team is var other && other != team ? other : teams[0].Team,
                LineageOf(place),
                PersonSight.Coarse(point),
                persons.Close(
                    id,
                    new Person($"农户{number}", phone, null, null, "清港镇文旦村三组十二号", point.Lat, point.Lng, null, null)
                ),
                index.OfRequester($"person:农户{number}|{phone}"),
                index.OfPhone(phone)!,
                index.OfTrackDigest(number.ToString(CultureInfo.InvariantCulture))
            );
        }

        // Whole days, and as much more as leaves all that happened on one day on one day: figures count by the day.
        static TimeSpan WithinADay(DateTimeOffset created, TimeSpan age)
        {
            var (days, rest) = (TimeSpan.FromDays(Math.Floor(age.TotalDays)), age.TotalDays % 1);
            var sinceMidnight = ShanghaiTime.ToLocal(created).TimeOfDay;
            return days > TimeSpan.Zero ? days + (rest * sinceMidnight)
                : age < sinceMidnight ? age
                : sinceMidnight;
        }

        Template Any(List<Template> of) => of[random.Next(of.Count)];

        Lineage LineageOf(Region region) =>
            new(
                region.Code,
                country.Rules.Regions.Enclosing(region.Code, RegionLevel.County)?.Code,
                country.Rules.Regions.Enclosing(region.Code, RegionLevel.City)?.Code,
                country.Rules.Regions.Enclosing(region.Code, RegionLevel.Province)?.Code
            );
    }

    // Those at home in a county; the request is from there.
    private List<(string Region, Guid Team)> Teams() =>
        [
            .. country
                .Teams(ScaleCommand.Teams)
                .Where(standed => country.Rules.Regions.Find(standed.Team.RegionCode)!.Level == RegionLevel.County)
                .Select(standed => (standed.Team.RegionCode, standed.Team.Id)),
        ];

    private IEnumerable<LoadedEntry> Audit(IEnumerable<Clone> clones, AuditSeal reached)
    {
        var stamps = new BlindIndex(keys);
        foreach (var clone in clones)
        {
            var (was, request) = (clone.Of.RequestId.ToString("D"), clone.RequestId);
            var now = request.ToString("D");
            foreach (var entry in clone.Of.Audit)
            {
                var at = entry.At.AddSeconds(clone.Shift);
                var copy = entry with
                {
                    EntryId = clone.Reborn(entry.EntryId, Clone.HeadAt(at)),
                    At = at,
                    ObjectId =
                        entry.ObjectKind == "request" ? now
                        : Guid.TryParse(entry.ObjectId, out var own) ? clone.Reborn(own).ToString("D")
                        : entry.ObjectId,
                    RequestId = entry.RequestId is null ? null : request,
                    RegionCode = entry.RegionCode is null ? null : clone.Place.Region,
                    CountyCode = entry.CountyCode is null ? null : clone.Place.County,
                    CityCode = entry.CityCode is null ? null : clone.Place.City,
                    ProvinceCode = entry.ProvinceCode is null ? null : clone.Place.Province,
                    Seen = entry.Seen?.Replace(was, now, StringComparison.Ordinal),
                    Stamp = "",
                };
                copy = copy with { Stamp = AuditTrail.StampOf(stamps, copy) };
                reached = AuditChain.After(reached, copy);
                yield return new LoadedEntry(copy, reached);
            }
        }
    }

    private sealed record TeamRow
    {
        public string Request { get; init; } = "";
        public string Team { get; init; } = "";
    }

    private sealed record RequestRow
    {
        public string Request { get; init; } = "";
        public string State { get; init; } = "";
        public DateTimeOffset CreatedAt { get; init; }
        public DateTimeOffset ChangedAt { get; init; }
    }
}
