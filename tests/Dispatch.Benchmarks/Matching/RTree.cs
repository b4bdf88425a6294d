using Microsoft.Data.Sqlite;

namespace Dispatch.Benchmarks.Matching;

/// <summary>The country in SQLite: an R*Tree of the bases and a table of the skills, everything in memory once read.</summary>
internal sealed class RTree : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly SqliteConnection connection;
    private readonly SqliteCommand search;

    public RTree(PeerCountry country)
    {
        connection = new SqliteConnection($"Data Source={folder.File("rtree.db")};Pooling=False");
        connection.Open();
        Run(
            """
            pragma journal_mode = off; pragma synchronous = off; pragma cache_size = -4000000; pragma mmap_size = 8000000000; pragma temp_store = memory;
            create table team (team integer primary key, place integer not null, lat real not null, lng real not null, capacity integer not null,
              active integer not null, pending integer not null, confirmed integer not null, solved integer not null, rests boolean not null,
              wait integer, suspended boolean not null, on_site boolean not null, several boolean not null);
            create table team_base (team integer not null, lat real not null, lng real not null);
            create table team_skill (skill integer not null, team integer not null, level integer not null, licensed boolean not null, primary key (skill, team)) without rowid;
            create table team_domain (team integer not null, domain integer not null, primary key (team, domain)) without rowid;
            create table team_area (area integer not null, team integer not null, primary key (area, team)) without rowid;
            create virtual table base using rtree(team, south, north, west, east);
            create table team_reach (reach integer primary key, team integer not null, lat real not null, lng real not null, km integer not null);
            create virtual table reach using rtree(reach, south, north, west, east);
            begin;
            """
        );
        Load(country);
        Run("create index team_base_by_team on team_base (team); commit; analyze;");
        search = connection.CreateCommand();
        search.CommandText = Search;
        foreach (var name in Names)
        {
            search.Parameters.Add(new SqliteParameter(name, value: null));
        }

        search.Prepare();
    }

    public string Version => $"SQLite {connection.ServerVersion}";

    public List<Placed> Ask(PeerQuery query)
    {
        object[] values =
        [
            query.Area.Start,
            query.Area.End,
            query.Box.South,
            query.Box.West,
            query.Box.North,
            query.Box.East,
            query.Main,
            query.MainLevel,
            query.MainNeedsLicence,
            query.Further,
            query.FurtherLevel,
            query.FurtherNeedsLicence,
            query.FurtherDomain,
            query.Lat,
            query.Lng,
            query.Served,
            query.Ended,
            .. Enumerable.Range(0, Areas).Select(at => (object)(at < query.Around.Length ? query.Around[at] : -1)),
        ];
        for (var at = 0; at < values.Length; at++)
        {
            search.Parameters[at].Value = values[at];
        }

        List<Placed> found = [];
        using var reader = search.ExecuteReader();
        while (reader.Read())
        {
            found.Add(new Placed(reader.GetInt32(0), reader.GetInt32(1)));
        }

        return found;
    }

    public void Dispose()
    {
        search.Dispose();
        connection.Dispose();
        folder.Dispose();
    }

    /// <summary>County, city and province at most.</summary>
    private const int Areas = 3;

    private static readonly string[] Names =
    [
        "@start",
        "@end",
        "@south",
        "@west",
        "@north",
        "@east",
        "@main",
        "@mainLevel",
        "@mainLicence",
        "@further",
        "@furtherLevel",
        "@furtherLicence",
        "@furtherDomain",
        "@lat",
        "@lng",
        "@served",
        "@ended",
        "@around0",
        "@around1",
        "@around2",
    ];

    private static string Search =>
        $"""
            with open(team) as (
              select base.team from base cross join team_skill on team_skill.skill = @main and team_skill.team = base.team
                cross join team on team.team = base.team
                where base.south <= @north and base.north >= @south and base.west <= @east and base.east >= @west
                  and team.place >= @start and team.place < @end
              union select team from team_area where area in (@around0, @around1, @around2)
              union select team_reach.team from reach cross join team_reach on team_reach.reach = reach.reach
                where reach.south <= @lat and reach.north >= @lat and reach.west <= @lng and reach.east >= @lng
                  and {PeerQuery.Km("team_reach.lat", "team_reach.lng")} <= team_reach.km
            ), judged as (
              select t.*, s.level as level, f.level as brings, f.licensed as brings_licensed,
                case when t.several then (select min({PeerQuery.Km("further.lat", "further.lng")}) from team_base further where further.team = t.team)
                  else {PeerQuery.Km("t.lat", "t.lng")} end as km
              from open cross join team_skill s on s.skill = @main and s.team = open.team cross join team t on t.team = open.team
                left join team_skill f on f.skill = @further and f.team = open.team
              where s.level >= @mainLevel and (s.licensed or not @mainLicence) and {PeerQuery.Passes}
            )
            select t.team, cast({PeerQuery.Points(
                "t.brings >= @furtherLevel and (t.brings_licensed or not @furtherLicence)",
                "exists (select 1 from team_domain d where d.team = t.team and d.domain = @furtherDomain)",
                "t.km"
            ).Replace("s.level", "t.level", StringComparison.Ordinal)} as integer) as points
            from judged t order by points desc, t.pending, t.team limit 10
            """;

    private void Load(PeerCountry country)
    {
        using var team = Insert("team", 14);
        using var home = Insert("team_base", 3);
        using var skill = Insert("team_skill", 4);
        using var domain = Insert("team_domain", 2);
        using var area = Insert("team_area", 2);
        using var point = Insert("base", 5);
        using var reaches = Insert("team_reach", 5);
        using var reach = Insert("reach", 5);
        var reached = 0;
        foreach (var one in country.Teams())
        {
            var (number, facts, load, first) = (one.Number, one.Team, one.Load, one.Team.Bases[0]);
            Put(
                team,
                number,
                one.Place,
                first.Lat,
                first.Lng,
                facts.Capacity,
                load.Active,
                load.Pending,
                load.Confirmed,
                load.ConfirmedSolved,
                one.Rests,
                one.Wait is { } wait ? wait : DBNull.Value,
                facts.Suspended,
                one.IsOnSite,
                facts.Bases.Count > 1
            );
            // Boxes are kept in 32 bits: rounded outwards, as the engine does by itself.
            Put(point, number, first.Lat, first.Lat, first.Lng, first.Lng);
            foreach (var start in facts.Bases)
            {
                if (facts.Bases.Count > 1)
                {
                    Put(home, number, start.Lat, start.Lng);
                }

                if (facts.RadiusKm is { } km)
                {
                    Put(reaches, ++reached, number, start.Lat, start.Lng, km);
                    Put(
                        reach,
                        reached,
                        start.Lat - (km / 110.0),
                        start.Lat + (km / 110.0),
                        start.Lng - (km / 70.0),
                        start.Lng + (km / 70.0)
                    );
                }
            }

            for (var at = 0; at < one.Skills.Length; at++)
            {
                Put(skill, one.Skills[at], number, one.Levels[at], one.Licensed[at]);
            }

            foreach (var of in one.Domains)
            {
                Put(domain, number, of);
            }

            foreach (var code in facts.Serves)
            {
                Put(area, country.Country.Rules.Regions.SpanOf(code).Start, number);
            }
        }
    }

    private SqliteCommand Insert(string table, int columns)
    {
        var command = connection.CreateCommand();
        var names = Enumerable.Range(0, columns).Select(at => $"@p{at}").ToList();
        command.CommandText = $"insert into {table} values ({string.Join(", ", names)})";
        command.Parameters.AddRange(names.Select(name => new SqliteParameter(name, value: null)));
        command.Prepare();
        return command;
    }

    private static void Put(SqliteCommand command, params object[] values)
    {
        for (var at = 0; at < values.Length; at++)
        {
            command.Parameters[at].Value = values[at];
        }

        command.ExecuteNonQuery();
    }

    private void Run(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
