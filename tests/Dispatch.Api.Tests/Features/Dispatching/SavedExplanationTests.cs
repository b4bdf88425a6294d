using System.Text.Json.Nodes;
using Dispatch.Api.Features.Dispatching;
using Dispatch.Api.Http;
using Dispatch.Api.Tests.Http;
using Dispatch.Domain.Matching;
using Dispatch.Domain.Skills;
using Dispatch.Domain.Teams;
using Dispatch.Domain.Visits;
using Xunit;

namespace Dispatch.Api.Tests.Features.Dispatching;

public sealed class SavedExplanationTests(RunningService service) : IClassFixture<RunningService>
{
    private static readonly Skill Citrus = new("agr-citrus", "柑橘种植", "Citrus growing", "agr", null, ["文旦"]);
    private static readonly Skill Soil = new("agr-soil", "土壤肥料", "Soil and fertiliser", "agr", null, []);

    private static readonly ScoreReason[] Reasons =
    [
        new SkillReason(Citrus, 6, 4, [Soil], [Soil, Citrus]),
        new SkillReason(Citrus, 6, 4, [], []),
        new NearnessReason(new Journey(12.5, 31)),
        new NearnessReason(null),
        new LoadReason(2, 1, 4, Resting: true),
        new RecordReason(7, 5),
        new RecordReason(0, 0),
        new SoonnessReason(new DateOnly(2026, 6, 3), 2),
        new SoonnessReason(null, 0),
        new FamiliarityReason(ServedBefore: true),
        new FamiliarityReason(ServedBefore: false),
    ];

    [Fact]
    public void A_reason_is_kept_as_facts_and_said_in_both_languages_when_read()
    {
        foreach (var reason in Reasons)
        {
            var saved = SavedExplanation.Of(ACandidate(reason), "v1");
            var part = Assert.Single(SavedExplanation.Read(saved).Candidate!.Parts);
            Assert.Equal(Text.Of(Wording.Of(reason)), part.Reason);
        }
    }

    [Fact]
    public void Every_kind_of_reason_can_be_kept()
    {
        var kinds = typeof(ScoreReason).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(ScoreReason))).ToHashSet();
        Assert.True(kinds.SetEquals(Reasons.Select(reason => reason.GetType())), string.Join(", ", kinds));
    }

    [Fact]
    public void An_offer_from_before_facts_were_kept_is_read_as_it_stands()
    {
        var saved = JsonNode.Parse(SavedExplanation.Of(ACandidate(new RecordReason(0, 0)), "v1"))!.AsObject();
        saved.Remove("reasons");
        saved["candidate"]!["parts"]![0]!["reason"] = "还没有经求助方确认的服务";
        var read = SavedExplanation.Read(saved.ToJsonString());
        Assert.Equal(("v1", "还没有经求助方确认的服务"), (read.WeightsVersion, read.Candidate!.Parts[0].Reason.En));
    }

    [Fact]
    public async Task What_an_offer_shows_is_what_the_ranking_showed_in_either_language()
    {
        var request = (await service.Given.AnOpenRequest()).Id();
        foreach (var language in new[] { "zh-CN", "en" })
        {
            var officer = service.Officer().In(language);
            var ranked = (await officer.Read($"/v1/requests/{request}/matches")).Items("candidates");
            var team = ranked[0].Id("teamId");
            var offer = (
                await officer.Post($"/v1/requests/{request}/offers", new { teamId = team }).Must(System.Net.HttpStatusCode.Created)
            ).Id();
            foreach (var reader in new[] { "en", "zh-CN" })
            {
                var asked = await service.Officer().In(reader).Read($"/v1/offers/{offer}");
                var reasons = asked["explanation"]!["candidate"]!.Items("parts").Select(part => part.Text("reason")).ToList();
                Assert.All(reasons, reason => Assert.Equal(reader == "zh-CN", reason.HasChinese()));
                if (reader == language)
                {
                    Assert.Equal(ranked[0].Items("parts").Select(part => part.Text("reason")), reasons);
                }
            }

            await officer.Post($"/v1/offers/{offer}/withdraw").Must();
        }
    }

    private static Candidate ACandidate(ScoreReason reason)
    {
        var team = new Team
        {
            Id = Guid.NewGuid(),
            Name = "清港柑橘小组",
            Kind = TeamKind.CountyTeam,
            Tier = Tier.County,
            RegionCode = "331083",
            Bases = [new(28.2, 121.2)],
            Skills = new Dictionary<string, TeamSkill>(StringComparer.Ordinal),
            Forms = new HashSet<VisitForm>(),
            Capacity = 4,
        };
        var score = new Score(9_000, [new ScorePart(PartName.Record, 10_000, 0.9, 9_000, reason)], null);
        return new Candidate(1, team, score, default, BringsAll: true, PreferredByName: false)
        {
            Facts = new TeamFacts
            {
                Opens = Tier.County,
                Level = 6,
                Capacity = 4,
            },
        };
    }
}
