using System.Globalization;
using Dispatch.Api.Features.Reference;
using Dispatch.Api.Storage;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Dispatch.Api.Tests.Features.Reference;

public sealed class SeedFilesTests(RunningService service) : IClassFixture<RunningService>
{
    private static readonly string[] Tables =
    [
        "region",
        "region_alias",
        "skill",
        "skill_synonym",
        "lexicon",
        "holiday",
        "travel_time",
        "team",
        "team_skill",
        "member",
        "seeding",
        "consent_text",
        "indicator",
        "published_figure",
    ];

    private static readonly string Published = Path.Combine(AppContext.BaseDirectory, "seeds");

    [Fact]
    public async Task Loading_the_files_twice_adds_nothing()
    {
        var before = await Counts();
        Assert.All(before, table => Assert.NotEqual(0, table.Value));
        await Load(Published);
        Assert.Equal(before, await Counts());
        await service.Restart();
        Assert.Equal(before, await Counts());
    }

    [Theory]
    [InlineData("published_figures.csv", "X2,own,services,7,exact,services,services carried out,2025,S,999999,")]
    [InlineData("published_figures.csv", "X2,own,services,seven,exact,services,services carried out,2025,S,,")]
    [InlineData("consent_texts.csv", "report,soon,consent,文字,text")]
    public async Task A_line_that_does_not_fit_is_named_and_nothing_of_its_file_is_stored(string file, string wrong)
    {
        var folder = Copy();
        var path = Path.Combine(folder, file);
        if (file.StartsWith("published", StringComparison.Ordinal))
        {
            await File.AppendAllTextAsync(path, "X1,own,services,5,exact,services,services carried out,2025,S,,\n");
        }

        var line = File.ReadLines(path).Count() + 1;
        await File.AppendAllTextAsync(path, wrong + "\n");
        var before = await Counts();
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => Load(folder));
        Assert.Contains($"{path}, line {line}:", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, await Counts());
    }

    [Fact]
    public async Task A_file_that_is_missing_is_named()
    {
        var folder = Copy();
        File.Delete(Path.Combine(folder, "indicators.csv"));
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => Load(folder));
        Assert.Contains(Path.Combine(folder, "indicators.csv") + " is missing", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_demo_has_61_teams_each_with_a_skill_a_leader_and_room()
    {
        var teams = (await service.Officer().Read("/v1/teams?page_size=200")).Items();
        Assert.Equal(61, teams.Count);
        Assert.Equal(61, teams.Select(team => team.Text("code")).Distinct(StringComparer.Ordinal).Count());
        foreach (var listed in teams)
        {
            var team = await service.Officer().Read($"/v1/teams/{listed.Id()}");
            Assert.Equal(RunningService.TeamId(team.Text("code")), team.Id());
            Assert.NotEmpty(team.Items("skills"));
            Assert.Single(team.Items("members"), member => member["leader"]!.GetValue<bool>());
            Assert.Equal(Math.Max(3, (int)team.Number("size") / 3), team.Number("capacity"));
        }
    }

    [Theory]
    [InlineData("331083", "玉环市", "county", "331000")]
    [InlineData("331021", "玉环市", "county", "331000")]
    [InlineData("331083102", "干江镇", "township", "331083")]
    [InlineData("442000", "中山市", "city", "440000")]
    [InlineData("330000", "浙江省", "province", null)]
    public async Task A_region_is_found_by_its_code_and_by_the_one_it_had_before(string code, string name, string level, string? parent)
    {
        var region = await service.Anonymous().Read($"/v1/regions/{code}");
        Assert.Equal((name, level, parent), (region.Text("name"), region.Text("level"), region.Maybe("parentCode")));
    }

    [Fact]
    public async Task Regions_resolve_by_name_path_and_by_point()
    {
        var path = Uri.EscapeDataString("浙江省台州市玉环市");
        Assert.Equal("331083", Assert.Single((await service.Anonymous().Read($"/v1/regions?name={path}")).Items()).Text("code"));
        Assert.Equal(
            "331083",
            Assert.Single((await service.Anonymous().Read("/v1/regions?lat=28.1684&lng=121.3471")).Items()).Text("code")
        );
        Assert.Equal(76, (await service.Anonymous().Read("/v1/regions")).Items().Count);
    }

    [Theory]
    [InlineData("2026-02-13", 1, "2026-02-14")]
    [InlineData("2026-02-13", 3, "2026-02-25")]
    [InlineData("2026-04-30", 5, "2026-05-11")]
    [InlineData("2026-06-18", 1, "2026-06-22")]
    [InlineData("2026-09-18", 1, "2026-09-20")]
    [InlineData("2026-09-30", 2, "2026-10-09")]
    [InlineData("2025-01-27", 2, "2025-02-06")]
    [InlineData("2024-09-30", 1, "2024-10-08")]
    public void The_calendar_knows_the_holidays_and_the_working_weekends(string from, int days, string to)
    {
        var calendar = service.Services.GetRequiredService<Catalogue>().Calendar;
        Assert.Equal(Day(to), calendar.AddWorkingDays(Day(from), days));
    }

    [Fact]
    public async Task Every_skill_of_the_taxonomy_is_listed_with_its_domain_and_licences()
    {
        var skills = (await service.Anonymous().Read("/v1/skills")).Items();
        var codes = skills.Select(skill => skill.Text("code")).ToList();
        Assert.Contains("agr-citrus", codes);
        Assert.Equal(codes.Count, codes.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal("medical", skills.Single(skill => skill.Text("code") == "hss-medical").Maybe("licence"));
        Assert.Null(skills.Single(skill => skill.Text("code") == "agr-citrus").Maybe("licence"));
    }

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Copy()
    {
        var folder = Directory.CreateTempSubdirectory("dispatch-seeds-").FullName;
        foreach (var file in Directory.EnumerateFiles(Published))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        return folder;
    }

    private async Task Load(string folder)
    {
        await using var scope = service.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<SeedFiles>().Load(folder, withDemoTeams: true);
    }

    private async Task<Dictionary<string, long>> Counts()
    {
        await using var scope = service.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Session>();
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var table in Tables)
        {
            counts[table] = await db.Value<long>($"select count(*) from {table}");
        }

        return counts;
    }
}
