using System.Net;
using System.Text.Json.Nodes;

namespace Dispatch.Api.Tests;

/// <summary>Gets to a state through the real API, the way users get there.</summary>
public sealed class Given(RunningService service)
{
    public const string Expert = "E-331083-1";

    /// <summary>A pomelo grower's call from Qinggang, as an officer types it in. The retired expert of the county is the best team.</summary>
    public static object PomeloCall(
        string urgency = "normal",
        string form = "on_site",
        string? number = null,
        Guid? preferred = null,
        string phone = "13800138000"
    ) =>
        new
        {
            requester = new
            {
                kind = "farmer",
                name = "文旦种植户甲",
                phone,
            },
            text = "家里文旦园有几棵树长势不好，叶子发黄、果子也小，能不能派人来园里看一下。",
            skills = new[] { new { code = "agr-citrus" }, new { code = "agr-soil" }, new { code = "agr-plantprot" } },
            location = new
            {
                regionCode = "331083",
                address = "清港镇",
                lat = 28.2531,
                lng = 121.2828,
                crs = "wgs84",
            },
            urgency,
            form,
            channel = "phone",
            preferredTeamId = preferred,
            externalRef = number is null ? null : new { source = "12345", number },
        };

    public Task<JsonNode> AnOpenRequest(object? call = null) =>
        service.Officer().Post("/v1/requests", call ?? PomeloCall()).Must(HttpStatusCode.Created);

    /// <summary>Waits for triage: nobody has said which skill is needed.</summary>
    public Task<JsonNode> ARequestWithoutSkills() =>
        AnOpenRequest(
            new
            {
                requester = new
                {
                    kind = "individual",
                    name = "求助人乙",
                    phone = "13800138001",
                },
                text = "帮我。",
                location = new { regionCode = "331102" },
            }
        );

    public async Task<(Guid RequestId, Guid OfferId)> AnOffer(string teamCode = Expert, object? call = null)
    {
        var request = (await AnOpenRequest(call)).Id();
        var offer = await service
            .Officer()
            .Post($"/v1/requests/{request}/offers", new { teamId = RunningService.TeamId(teamCode) })
            .Must(HttpStatusCode.Created);
        return (request, offer.Id());
    }

    public async Task<(Guid RequestId, Guid OfferId)> AnAcceptedRequest(string teamCode = Expert, object? call = null)
    {
        var (request, offer) = await AnOffer(teamCode, call);
        await service.Leader(teamCode).Post($"/v1/offers/{offer}/accept").Must();
        return (request, offer);
    }

    public async Task<(Guid RequestId, Guid VisitId)> AScheduledVisit(string teamCode = Expert, object? call = null)
    {
        var (request, _) = await AnAcceptedRequest(teamCode, call);
        return (request, await BookedVisit(request, teamCode));
    }

    public async Task<Guid> BookedVisit(Guid request, string teamCode = Expert)
    {
        var start = service.Clock.GetUtcNow().AddHours(1);
        return (
            await service
                .Leader(teamCode)
                .Post($"/v1/requests/{request}/visits", new { start, end = start.AddHours(2) })
                .Must(HttpStatusCode.Created)
        ).Id();
    }

    /// <summary>A member of the team, who signs in as <paramref name="subject"/>.</summary>
    public async Task<Guid> AMember(string subject, string teamCode = Expert)
    {
        var members = $"/v1/teams/{RunningService.TeamId(teamCode)}/members";
        var member = (await service.Leader(teamCode).Post(members, new { name = "队员甲" }).Must(HttpStatusCode.Created)).Id();
        await service.Leader(teamCode).Post($"{members}/{member}/link", new { subject }).Must();
        return member;
    }

    /// <summary>A visit that these members are booked for.</summary>
    public async Task<Guid> BookedVisit(Guid request, params Guid[] memberIds)
    {
        var start = service.Clock.GetUtcNow().AddHours(1);
        return (
            await service
                .Leader(Expert)
                .Post(
                    $"/v1/requests/{request}/visits",
                    new
                    {
                        start,
                        end = start.AddHours(2),
                        memberIds,
                    }
                )
                .Must(HttpStatusCode.Created)
        ).Id();
    }

    public async Task<(Guid RequestId, Guid VisitId)> AVisitOnTheWay(string teamCode = Expert)
    {
        var (request, visit) = await AScheduledVisit(teamCode);
        await service.Leader(teamCode).Post($"/v1/visits/{visit}/depart").Must();
        return (request, visit);
    }

    public async Task<(Guid RequestId, Guid VisitId)> AVisitInService(string teamCode = Expert, object? call = null)
    {
        var (request, visit) = await AScheduledVisit(teamCode, call);
        await service.Leader(teamCode).Post($"/v1/visits/{visit}/begin").Must();
        return (request, visit);
    }

    public async Task<(Guid RequestId, Guid VisitId)> ACompletedVisit(string teamCode = Expert, object? report = null, object? call = null)
    {
        var (request, visit) = await AVisitInService(teamCode, call);
        await service
            .Leader(teamCode)
            .Post(
                $"/v1/visits/{visit}/complete",
                report
                    ?? new
                    {
                        findings = "根系积水，缺镁。",
                        minutes = 80,
                        personTimes = 1,
                    }
            )
            .Must();
        return (request, visit);
    }

    public async Task<Guid> AResolvedRequest(string teamCode = Expert, object? call = null)
    {
        var (request, _) = await ACompletedVisit(teamCode, call: call);
        await service
            .Leader(teamCode)
            .Post($"/v1/requests/{request}/resolve", new { result = "solved", summary = "开沟排水，补镁。" })
            .Must();
        return request;
    }

    /// <summary>Closed because nobody said anything for seven days.</summary>
    public async Task<Guid> ASilentlyClosedRequest()
    {
        var request = await AResolvedRequest();
        service.Clock.Advance(TimeSpan.FromDays(7));
        await service.FireDue();
        return request;
    }

    public async Task<Guid> ACancelledRequest()
    {
        var request = (await AnOpenRequest()).Id();
        await service.Officer().Post($"/v1/requests/{request}/cancel", new { reason = "rejected" }).Must();
        return request;
    }

    /// <summary>Read from its text, and then given another skill by the officer.</summary>
    public async Task<Guid> ACorrectedRequest(string text, string skill, string phone = "13800138055", string name = "求助人丙")
    {
        var location = new { regionCode = "331083" };
        var request = await AnOpenRequest(
            new
            {
                requester = new
                {
                    kind = "individual",
                    name,
                    phone,
                },
                text,
                location,
            }
        );
        await service
            .Officer()
            .Put(
                $"/v1/requests/{request.Id()}",
                new
                {
                    text,
                    location,
                    skills = new[] { new { code = skill } },
                    urgency = "normal",
                    form = "on_site",
                    mode = "one_to_one",
                },
                "*"
            )
            .Must();
        return request.Id();
    }

    /// <summary>The same, and another officer has confirmed it.</summary>
    public async Task<Guid> AConfirmedCorrection(string text, string skill, string phone = "13800138055", string name = "求助人丙")
    {
        var request = await ACorrectedRequest(text, skill, phone, name);
        await service
            .As("officer", subject: "second-officer")
            .Post($"/v1/requests/{request}/judge-correction", new { confirmed = true })
            .Must();
        return request;
    }

    /// <summary>Corrections that are all wrong: texts the service reads right, given to a trade that is none of theirs.</summary>
    public async Task<IReadOnlyList<Guid>> AWrongBatch()
    {
        using var control = new StreamReader(
            typeof(Domain.Suggestions.Control).Assembly.GetManifestResourceStream("Dispatch.Domain.Suggestions.Control.tsv")!
        );
        var texts = (await control.ReadToEndAsync())
            .Split('\n')
            .Where(line =>
                line.StartsWith("unseen\tagr-", StringComparison.Ordinal) || line.StartsWith("unseen\tmec-", StringComparison.Ordinal)
            )
            .Select(line => line.Split('\t')[2])
            .Where(text => Domain.Safety.SafetyCheck.Of(text) is null)
            .Take(24);
        var requests = new List<Guid>();
        foreach (var text in texts)
        {
            requests.Add(await AConfirmedCorrection($"请问{text[..^4]}", "cra-pottery"));
        }

        return requests;
    }

    /// <summary>The number of a version that a wrong batch made.</summary>
    public async Task<int> ARefusedVersion()
    {
        await AWrongBatch();
        var made = await service.As("admin").Post("/v1/suggestion-versions").Must(HttpStatusCode.Created);
        return made["number"]!.GetValue<int>();
    }

    public async Task<Guid> ARequestOnHold()
    {
        var (request, _) = await AnAcceptedRequest();
        await service.Officer().Post($"/v1/requests/{request}/hold", new { reason = "缺少照片" }).Must();
        return request;
    }
}
