using System.Globalization;
using System.Net;
using Dispatch.Api.Tests.Features.Rights;
using Xunit;

namespace Dispatch.Api.Tests.Features.Imports;

public sealed class ImportedRowsTests(RunningService service) : IClassFixture<RunningService>
{
    private const string TeamHeads = "source,number,code,name,kind,regionCode,size,serves,forms,skills\n";

    [Fact]
    public async Task An_imported_request_is_one_like_any_other_with_desk_deadline_and_number()
    {
        Assert.Equal((2, 0, 0), (await service.AReadImport(Files.Requests(2, "Q"), "requests")).Counts());
        var id = await Id("Q1");
        var request = await service.Officer().Read($"/v1/requests/{id}");
        Assert.Equal("open", request.Text("state"));
        Assert.Equal("Q1", request["externalRef"]!.Text("number"));
        Assert.Equal("+8613900130001", request["requester"]!.Text("phone"));
        Assert.Equal("agr-citrus", request["skills"]![0]!.Text("code"));
        Assert.NotEmpty(request["deadlines"]!.AsArray());
        Assert.Empty(await service.Find("种植户Q1"));
    }

    [Fact]
    public async Task A_request_of_another_region_is_refused_by_its_row()
    {
        var import = await service.AReadImport(Files.Requests(1, "X"), "requests", client: service.Officer("331102"));
        Assert.Equal((0, 0, 1), import.Counts());
        Assert.Equal(["1 regionCode region_not_yours"], await service.Problems(import));
    }

    [Fact]
    public async Task Imported_teams_have_their_skills_and_are_there_once()
    {
        var file =
            TeamHeads
            + "旧台账,T-1,IMP-1,柑橘服务队,县级服务队,331083,9,331083;331000,上门;讲座,agr-citrus:5;agr-soil\n"
            + "旧台账,T-2,,无等级队,county_team,331083,x,,飞行,agr-citrus:9\n";
        var import = await service.AReadImport(file, "teams");
        Assert.Equal((1, 0, 1), import.Counts());
        Assert.Equal(
            ["2 forms unknown", "2 size wrong_type", "2 skills inclusive_between"],
            (await service.Problems(import)).Order(StringComparer.Ordinal)
        );
        var team = await service.Officer().Read($"/v1/teams/{await Id("T-1", "team")}");
        Assert.Equal("IMP-1", team.Text("code"));
        Assert.Equal(
            ["lecture", "on_site"],
            team["forms"]!.AsArray().Select(form => form!.GetValue<string>()).Order(StringComparer.Ordinal)
        );
        Assert.Equal(5, team["skills"]![0]!["level"]!.GetValue<int>());
        Assert.Equal((0, 1, 1), (await service.AReadImport(file, "teams")).Counts());
    }

    [Fact]
    public async Task A_past_service_is_closed_with_its_visit_and_what_it_brought()
    {
        await AMember("V-1");
        var file = Files
            .PastServices("PS-1")
            .Replace("满意度\r\n", "满意度,参加队员\r\n", StringComparison.Ordinal)
            .Replace(",是,5\r\n", ",是,5,V-1:80\r\n", StringComparison.Ordinal);
        var import = await service.AReadImport(file, "past_services");
        Assert.True(import.Counts() == (1, 0, 0), string.Join(' ', await service.Problems(import)));
        var id = await Id("PS-1");
        var request = await service.Officer().Read($"/v1/requests/{id}");
        Assert.Equal("closed", request.Text("state"));
        Assert.Equal("2024-05-01T01:00:00Z", request.Text("createdAt"));
        Assert.Equal("2024-05-02T07:30:00Z", request.Text("closedAt"));
        Assert.Equal("confirmed", request.Text("outcome"));
        var visit = await service.Officer().Read($"/v1/visits/{await VisitOf(id)}");
        Assert.Equal("completed", visit.Text("state"));
        Assert.Equal("2024-05-02T07:30:00Z", visit.Text("endedAt"));
        var year = await Summary("2024-05-02", "2024-05-02");
        Assert.Equal(1, year["service_person_times"]);
        Assert.Equal(1, year["services"]);
        Assert.Equal(2, year["problems_found"]);
        Assert.Equal(1, year["problems_solved"]);
        Assert.Equal(12, year["trained_person_times"]);
        Assert.Equal(1200.50m, year["economic_benefit_yuan"]);
    }

    [Fact]
    public async Task Its_history_has_every_move_at_its_own_time_in_the_name_of_whoever_imported_it()
    {
        await service.AReadImport(Files.PastServices("PS-2"), "past_services");
        var timeline = (await service.Officer().Read($"/v1/requests/{await Id("PS-2")}/timeline"))["items"]!.AsArray();
        Assert.Equal(
            [
                "2024-05-01T01:00:00Z request imported open",
                "2024-05-01T01:00:00Z request accept accepted",
                "2024-05-01T01:00:00Z assignment begin active",
                "2024-05-01T01:00:00Z visit book scheduled",
                "2024-05-02T06:00:00Z visit begin in_service",
                "2024-05-02T06:00:00Z request begin in_progress",
                "2024-05-02T07:30:00Z visit complete completed",
                "2024-05-02T07:30:00Z assignment complete ended",
                "2024-05-02T07:30:00Z request resolve resolved",
                "2024-05-02T07:30:00Z request confirm closed",
            ],
            timeline.Select(entry =>
                string.Join(' ', new[] { "at", "subject", "action", "toState" }.Select(part => entry![part]!.GetValue<string>()))
            )
        );
        Assert.All(timeline, entry => Assert.Equal("test-officer", entry!.Text("actor")));
    }

    [Fact]
    public async Task Of_a_past_service_nobody_is_told_no_timer_runs_and_no_team_is_asked()
    {
        await service.AReadImport(Files.PastServices("PS-3"), "past_services");
        var request = await Id("PS-3");
        foreach (var table in new[] { "notice", "deadline", "match_decision" })
        {
            Assert.Equal(0, await service.Stored<long>($"select count(*) from {table} where request_id = @request", new { request }));
        }

        Assert.Equal(
            0,
            await service.Stored<long>("select count(*) from offer where request_id = @request and state = 'pending'", new { request })
        );
        var load = await service.Stored<long>(
            "select active + pending from team_load where team_id = @team",
            new { team = RunningService.TeamId(Given.Expert) }
        );
        Assert.Equal(0, load);
        await service.FireDue();
        Assert.Equal("closed", (await service.Officer().Read($"/v1/requests/{request}")).Text("state"));
    }

    [Fact]
    public async Task The_same_past_services_twice_change_no_figure()
    {
        var file = Files.PastServices("PS-4", "PS-5").Replace("2024-05-0", "2023-05-0", StringComparison.Ordinal);
        Assert.Equal((2, 0, 0), (await service.AReadImport(file, "past_services")).Counts());
        var before = await Summary("2023-01-01", "2023-12-31");
        Assert.Equal((0, 2, 0), (await service.AReadImport(file, "past_services")).Counts());
        Assert.Equal(before, await Summary("2023-01-01", "2023-12-31"));
    }

    [Theory]
    [InlineData("2024-05-02 14:00,", "2027-05-02 14:00,", "end not_past|end window_reversed")]
    [InlineData("2024-05-01 09:00", "2024-05-03 09:00", "received window_reversed")]
    [InlineData("2024-05-01 09:00", "昨天", "received wrong_type")]
    [InlineData("E-331083-1", "E-0", "team team_unknown")]
    [InlineData("1200.50", "1200.505", "benefitYuan wrong_type")]
    [InlineData("根系积水|已解决", "根系积水", "problems wrong_type")]
    [InlineData("331083", "331102000", "regionCode region_unknown")]
    [InlineData("农户", "外星人", "requesterKind wrong_type")]
    [InlineData(",是,5", ",,5", "rating rating_without_word")]
    [InlineData(",是,5", ",是,6", "rating inclusive_between")]
    public async Task A_row_that_breaks_a_rule_is_refused_by_its_column(string was, string now, string expected)
    {
        var import = await service.AReadImport(
            Files.PastServices("BAD").Replace(was, now, StringComparison.Ordinal),
            "past_services",
            dryRun: true
        );
        var problems = await service.Problems(import);
        Assert.Equal((0, 0, 1), import.Counts());
        Assert.Contains(problems, problem => expected.Split('|').Contains(problem[2..], StringComparer.Ordinal));
        Assert.All(problems, problem => Assert.Contains(expected.Split(' ')[0], problem, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_team_or_a_member_of_another_region_is_refused_by_its_row()
    {
        using var elsewhere = service.Officer("331102");
        var teams = await service.AReadImport(TeamHeads + "旧台账,T-9,,外地队,county_team,331083,9,,,\n", "teams", client: elsewhere);
        Assert.Equal((0, 0, 1), teams.Counts());
        Assert.Equal(["1 regionCode region_not_yours"], await service.Problems(teams));
        var members = await service.AReadImport("source,number,team,name\n旧台账,MF-1,E-331083-1,队员甲\n", "members", client: elsewhere);
        Assert.Equal((0, 0, 1), members.Counts());
        Assert.Equal(["1  resource.unknown"], await service.Problems(members));
        foreach (var path in new[] { "problems", "problems/file" })
        {
            await service
                .Officer("331083")
                .GetAsync($"/v1/imports/{members.Id()}/{path}")
                .MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
        }
    }

    [Fact]
    public async Task A_level_and_the_last_day_of_a_licence_are_read_and_a_level_left_out_is_four()
    {
        await service.AReadImport(
            TeamHeads + "旧台账,T-L,IMP-L,持证服务队,county_team,331083,9,,,pow-rural:6:2027-12-31;agr-soil\n",
            "teams"
        );
        var skills = (await service.Officer().Read($"/v1/teams/{await Id("T-L", "team")}"))["skills"]!.AsArray();
        Assert.Equal(
            ["agr-soil 4 ", "pow-rural 6 2027-12-31"],
            skills
                .Select(skill => $"{skill!.Text("code")} {skill!["level"]} {skill!["licensedUntil"]?.GetValue<string>()}")
                .Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task Who_took_part_is_of_the_team_and_stayed_as_long_as_the_service_where_nothing_else_is_said()
    {
        await AMember("V-2");
        await service.AReadImport("source,number,team,name\n旧台账,V-3,T-3310,队员乙\n", "members");
        var import = await service.AReadImport(Attended("PS-8", "V-2"), "past_services");
        Assert.True(import.Counts() == (1, 0, 0), string.Join(' ', await service.Problems(import)));
        Assert.Equal(
            90,
            await service.Stored<long>(
                "select minutes from attendance where visit_id = @visit",
                new { visit = await VisitOf(await Id("PS-8")) }
            )
        );
        var foreign = await service.AReadImport(Attended("PS-9", "V-3"), "past_services");
        Assert.Equal((0, 0, 1), foreign.Counts());
        Assert.Equal(["1 members member_unknown"], await service.Problems(foreign));
    }

    [Fact]
    public async Task It_is_closed_when_the_row_says_and_never_before_the_service_was_over()
    {
        static string File(string number, string end, string closed) =>
            Files
                .PastServices(number)
                .Replace("满意度\r\n", "满意度,办结时间\r\n", StringComparison.Ordinal)
                .Replace(",是,5\r\n", $",是,5,{closed}\r\n", StringComparison.Ordinal)
                .Replace("2024-05-02 15:30", end, StringComparison.Ordinal);

        await service.AReadImport(File("PS-10", "2024-05-02 15:30", "2024-05-09 10:00"), "past_services");
        Assert.Equal("2024-05-09T02:00:00Z", (await service.Officer().Read($"/v1/requests/{await Id("PS-10")}")).Text("closedAt"));
        var early = await service.AReadImport(File("PS-11", "2024-05-02 15:30", "2024-05-02 15:29"), "past_services");
        Assert.Equal(["1 closed window_reversed"], await service.Problems(early));
        var empty = await service.AReadImport(File("PS-12", "2024-05-02 14:00", ""), "past_services");
        Assert.Equal(["1 end window_reversed"], await service.Problems(empty));
    }

    [Fact]
    public async Task A_past_service_waits_for_nobody_whatever_its_words_and_however_much_the_team_had_to_do()
    {
        var file = Files
            .PastServices("PS-13", "PS-14", "PS-15", "PS-16", "PS-17")
            .Replace("文旦叶子发黄", "邻居触电昏迷，叶子发黄", StringComparison.Ordinal);
        var import = await service.AReadImport(file, "past_services");
        Assert.True(import.Counts() == (5, 0, 0), string.Join(' ', await service.Problems(import)));
        Assert.Equal(
            0,
            await service.Stored<long>(
                "select count(*) from help_request where external_number like 'PS-1%' and (safety_kind is not null or likely_duplicate_of is not null)",
                new { }
            )
        );
    }

    [Fact]
    public async Task A_silent_requester_leaves_it_unconfirmed_and_a_denial_is_one()
    {
        var file = Files.PastServices("PS-6").Replace(",是,5", ",,", StringComparison.Ordinal);
        await service.AReadImport(file, "past_services");
        Assert.Equal("not_confirmed", (await service.Officer().Read($"/v1/requests/{await Id("PS-6")}")).Text("outcome"));
        await service.AReadImport(Files.PastServices("PS-7").Replace(",是,5", ",否,1", StringComparison.Ordinal), "past_services");
        Assert.Equal("denied", (await service.Officer().Read($"/v1/requests/{await Id("PS-7")}")).Text("outcome"));
    }

    private static string Attended(string number, string member) =>
        Files
            .PastServices(number)
            .Replace("满意度\r\n", "满意度,参加队员\r\n", StringComparison.Ordinal)
            .Replace(",是,5\r\n", $",是,5,{member}\r\n", StringComparison.Ordinal);

    private Task AMember(string number) => service.AReadImport($"source,number,team,name\n旧台账,{number},E-331083-1,队员甲\n", "members");

    private async Task<Guid> VisitOf(Guid request) =>
        Guid.Parse(
            (await service.Stored<string>("select cast(visit_id as text) from visit where request_id = @request", new { request }))!
        );

    private async Task<Guid> Id(string number, string table = "help_request")
    {
        var key = table == "team" ? "team_id" : "request_id";
        return Guid.Parse(
            (await service.Stored<string>($"select cast({key} as text) from {table} where external_number = @number", new { number }))!
        );
    }

    private async Task<Dictionary<string, decimal>> Summary(string from, string to) =>
        (await service.Officer().Read($"/v1/reports/summary?from={from}&to={to}"))["figures"]!
            .AsArray()
            .Where(figure => figure!["value"] is not null)
            .ToDictionary(
                figure => figure!.Text("indicator"),
                figure => decimal.Parse(figure!["value"]!.ToString(), CultureInfo.InvariantCulture)
            );
}
