using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CsvHelper;
using Dispatch.Api.Features.Published;
using Dispatch.Api.Features.Teams;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Auditing;
using Dispatch.Domain.Geography;
using Dispatch.Domain.Teams;
using Dispatch.Domain.Visits;

namespace Dispatch.Api.Features.Reference;

/// <summary>Loads the files of <c>seeds/</c> once each: the reference data always, the demo teams where asked for.</summary>
internal sealed class SeedFiles(
    Database database,
    Session db,
    TeamStore teams,
    PublishedFigureStore published,
    Catalogue catalogue,
    AuditTrail trail,
    TimeProvider clock
)
{
    private static readonly string[] IndicatorTexts =
    [
        "zh",
        "en",
        "unit",
        "additivity",
        "made_of",
        "proof",
        "counts_zh",
        "counts_en",
        "not_counted_zh",
        "not_counted_en",
        "origin_zh",
        "origin_en",
    ];

    public async Task Load(string folder, bool withDemoTeams)
    {
        await Once("regions.csv", folder, LoadRegions);
        await Once("skills.csv", folder, LoadSkills);
        await Once("lexicon.csv", folder, LoadLexicon);
        await Once("holidays.csv", folder, LoadHolidays);
        await Once("travel_times.csv", folder, LoadTravelTimes);
        await EveryStart("consent_texts.csv", folder, EnterConsentText);
        await EveryStart("indicators.csv", folder, EnterIndicator);
        await EveryStart("published_figures.csv", folder, EnterPublishedFigure);
        await catalogue.Load(db);
        if (withDemoTeams)
        {
            await Once("teams.csv", folder, LoadTeams);
        }

        await db.CloseReading();
    }

    /// <summary>The id of a demo team: the same on every machine, so that examples can name it.</summary>
    public static Guid IdOf(string code) => new(SHA256.HashData(Encoding.UTF8.GetBytes("dispatch:" + code)).AsSpan(0, 16));

    private Task Once(string file, string folder, Func<CsvReader, Task> load) =>
        database.Write(
            db,
            async () =>
            {
                await db.HoldKey("seeding");
                if (await db.Value<string>("select file from seeding where file = @file", new { file }) is not null)
                {
                    return;
                }

                await Read(folder, file, load);
                await db.Execute("insert into seeding (file, seeded_at) values (@file, @now)", new { file, now = clock.GetUtcNow() });
                await trail.Did("LoadSeeds", new AuditObject("seed", file));
            },
            CancellationToken.None
        );

    /// <param name="enter">Brings the row under the reader up to date; true where something changed.</param>
    private Task EveryStart(string file, string folder, Func<CsvReader, Task<bool>> enter) =>
        database.Write(
            db,
            async () =>
            {
                var changed = false;
                await Read(
                    folder,
                    file,
                    async csv =>
                    {
                        while (csv.Read())
                        {
                            changed |= await enter(csv);
                        }
                    }
                );
                if (changed)
                {
                    await trail.Did("LoadSeeds", new AuditObject("seed", file));
                }
            },
            CancellationToken.None
        );

    /// <summary>Whoever brings files of his own learns where one does not fit.</summary>
    private static async Task Read(string folder, string file, Func<CsvReader, Task> load)
    {
        var path = Path.Combine(folder, file);
        if (!File.Exists(path))
        {
            throw new InvalidOperationException(
                $"{path} is missing. A folder of seeds holds every file that comes with the program; one with nothing to say has its heading alone."
            );
        }

        using var csv = CsvReader.FromFile(path, new CsvReaderOptions { TrackLineNumbers = true });
        try
        {
            await load(csv);
        }
        catch (Exception cause) when (cause is not (OperationCanceledException or DbException { IsTransient: true }))
        {
            throw new InvalidOperationException(
                $"{path}, line {csv.LineNumber}: {cause.Message} Correct the line, or take it out; codes must stand in the other files. Nothing of this file has been stored.",
                cause
            );
        }
    }

    /// <summary>Every version that is not there yet: a wording that somebody agreed to never changes.</summary>
    private async Task<bool> EnterConsentText(CsvReader csv) =>
        await db.Execute(
            """
            insert into consent_text (purpose, version, rests_on, zh, en) values (@purpose, @version, @basis, @zh, @en)
            on conflict (purpose, version) do nothing
            """,
            new
            {
                purpose = csv.GetString("purpose"),
                version = (int)Number(csv, "version"),
                basis = csv.GetString("basis"),
                zh = csv.GetString("zh"),
                en = csv.GetString("en"),
            }
        ) > 0;

    /// <summary>As the program brings them: how a figure is made is the program's, and its words follow.</summary>
    private async Task<bool> EnterIndicator(CsvReader csv)
    {
        // The heading is row 1.
        var args = new Arguments(new { code = csv.GetString("code"), position = csv.RowNumber });
        foreach (var text in IndicatorTexts)
        {
            args.Add(text, csv.GetString(text));
        }

        return await db.Execute(
                $"""
                insert into indicator (indicator_code, position, {string.Join(", ", IndicatorTexts)})
                values (@code, @position, {string.Join(", ", IndicatorTexts.Select(text => "@" + text))})
                on conflict (indicator_code) do update set position = excluded.position, {string.Join(
                    ", ",
                    IndicatorTexts.Select(text => $"{text} = excluded.{text}")
                )}
                where indicator.position <> excluded.position or {string.Join(
                    " or ",
                    IndicatorTexts.Select(text => $"indicator.{text} <> excluded.{text}")
                )}
                """,
                args
            ) > 0;
    }

    /// <summary>Every figure that is not there yet: one that was published never changes.</summary>
    private Task<bool> EnterPublishedFigure(CsvReader csv) => published.Enter(Figure(csv));

    private static PublishedFigure Figure(CsvReader csv) =>
        new(
            csv.GetString("code"),
            csv.GetString("document"),
            csv.GetString("indicator"),
            decimal.Parse(csv.GetString("value"), CultureInfo.InvariantCulture),
            Words.To<FigureQualifier>(csv.GetString("qualifier")),
            csv.GetString("unit"),
            csv.GetString("what"),
            csv.GetString("period"),
            csv.GetString("kind"),
            Optional(csv, "region_code"),
            Optional(csv, "contained_in")
        );

    private async Task LoadRegions(CsvReader csv)
    {
        // Foreign keys want the upper regions first; the file is in code order, which is that order.
        while (csv.Read())
        {
            var code = csv.GetString("code");
            await db.Execute(
                "insert into region (region_code, name, level, parent_code, lat, lng) values (@code, @name, @level, @parent, @lat, @lng)",
                new
                {
                    code,
                    name = csv.GetString("name"),
                    level = csv.GetString("level"),
                    parent = Optional(csv, "parent_code"),
                    lat = Number(csv, "lat"),
                    lng = Number(csv, "lng"),
                }
            );
            foreach (var alias in List(csv, "aliases"))
            {
                await db.Execute("insert into region_alias (alias_code, region_code) values (@alias, @code)", new { alias, code });
            }
        }
    }

    private async Task LoadSkills(CsvReader csv)
    {
        while (csv.Read())
        {
            var code = csv.GetString("code");
            await db.Execute(
                "insert into skill (skill_code, zh, en, domain, licence) values (@code, @zh, @en, @domain, @licence)",
                new
                {
                    code,
                    zh = csv.GetString("zh"),
                    en = csv.GetString("en"),
                    domain = Optional(csv, "domain"),
                    licence = Optional(csv, "licence"),
                }
            );
            foreach (var word in List(csv, "synonyms").Distinct(StringComparer.Ordinal))
            {
                await db.Execute("insert into skill_synonym (skill_code, word) values (@code, @word)", new { code, word });
            }
        }
    }

    private async Task LoadLexicon(CsvReader csv)
    {
        while (csv.Read())
        {
            await db.Execute(
                "insert into lexicon (role, skill_code, words) values (@role, @skill, @words)",
                new
                {
                    role = csv.GetString("role"),
                    skill = Optional(csv, "skill"),
                    words = csv.GetString("words"),
                }
            );
        }
    }

    private async Task LoadHolidays(CsvReader csv)
    {
        while (csv.Read())
        {
            var day = DateOnly.ParseExact(csv.GetString("date"), "yyyy-MM-dd", CultureInfo.InvariantCulture);
            await db.Execute(
                "insert into holiday (day, name, kind) values (@day, @name, @kind)",
                new
                {
                    day,
                    name = csv.GetString("name"),
                    kind = csv.GetString("kind"),
                }
            );
        }
    }

    private async Task LoadTravelTimes(CsvReader csv)
    {
        while (csv.Read())
        {
            await db.Execute(
                "insert into travel_time (from_code, to_code, minutes) values (@from, @to, @minutes)",
                new
                {
                    from = csv.GetString("from_code"),
                    to = csv.GetString("to_code"),
                    minutes = (int)Number(csv, "minutes"),
                }
            );
        }
    }

    private async Task LoadTeams(CsvReader csv)
    {
        var parents = new List<(Guid Team, Guid Parent)>();
        while (csv.Read())
        {
            var code = csv.GetString("code");
            var licensed = Optional(csv, "licensed_until") is { } until
                ? DateOnly.ParseExact(until, "yyyy-MM-dd", CultureInfo.InvariantCulture)
                : (DateOnly?)null;
            var profile = new TeamProfile(
                code,
                csv.GetString("name"),
                Words.To<TeamKind>(csv.GetString("kind")),
                csv.GetString("region_code"),
                null,
                (int)Number(csv, "size"),
                (int)Number(csv, "capacity"),
                [new GeoPoint(Number(csv, "lat"), Number(csv, "lng"))],
                [.. List(csv, "serves")],
                null,
                [.. List(csv, "forms").Select(Words.To<VisitForm>)],
                false
            );
            await teams.Insert(IdOf(code), profile);
            await teams.SetSkills(IdOf(code), [.. List(csv, "skills").Select(skill => SkillOf(skill, licensed))]);
            foreach (var (name, place) in List(csv, "members").Select((name, place) => (name, place)))
            {
                await teams.InsertMember(IdOf($"{code}:member:{place}"), IdOf(code), name, leader: place == 0);
            }

            if (Optional(csv, "parent_code") is { } parent)
            {
                parents.Add((IdOf(code), IdOf(parent)));
            }
        }

        foreach (var (team, parent) in parents)
        {
            await db.Execute("update team set parent_team_id = @parent where team_id = @team", new { team, parent });
        }
    }

    private TeamSkill SkillOf(string cell, DateOnly? licensed)
    {
        var parts = cell.Split(':');
        var needsLicence = catalogue.Skills[parts[0]].Licence is not null;
        return new TeamSkill(parts[0], int.Parse(parts[1], CultureInfo.InvariantCulture), needsLicence ? licensed : null);
    }

    private static double Number(CsvReader csv, string column) => double.Parse(csv.GetString(column), CultureInfo.InvariantCulture);

    private static string? Optional(CsvReader csv, string column) => csv.GetString(column) is { Length: > 0 } text ? text : null;

    private static string[] List(CsvReader csv, string column) =>
        csv.GetString(column).Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
