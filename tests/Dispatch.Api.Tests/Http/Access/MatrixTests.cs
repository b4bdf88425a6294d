using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using CsvHelper;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Http.Contract;
using Dispatch.Api.Tests.Features;
using Dispatch.Api.Tests.Features.DispatchRuns;
using Dispatch.Api.Tests.Features.Exports;
using Dispatch.Api.Tests.Features.Imports;
using Dispatch.Api.Tests.Features.ServiceRecords;
using Dispatch.Api.Tests.Readme;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Xunit;

namespace Dispatch.Api.Tests.Http.Access;

/// <summary>
/// Every operation by every kind of caller: who is let in, and how whoever is not is refused. What is expected is data, <c>matrix.csv</c>, written
/// apart from the table the service lets in by; an operation that is missing there fails.
/// </summary>
/// <remarks>Refused calls are complete ones and share one object for each state: nothing may come of them. Calls that are let in are broken on
/// purpose (an unknown member, a version nobody has), so that the object stays what it is.</remarks>
public sealed class MatrixTests(RunningService service) : IClassFixture<RunningService>
{
    private const string Table = "tests/Dispatch.Api.Tests/Http/Access/matrix.csv";
    private const string In = "in";
    private const string Here = "331083";
    private const string City = "331000";
    private const string Elsewhere = "331102";
    private static readonly int[] Refusals = [401, 403, 404];
    private static readonly string[] States = ["open", "offered", "accepted", "in_progress", "on_hold", "resolved", "closed", "cancelled"];

    [Fact]
    public void The_matrix_has_every_operation()
    {
        var served = Endpoints().Select(Name);
        Assert.Equal(served.Order(StringComparer.Ordinal), Rows().Select(row => row.Operation).Distinct().Order(StringComparer.Ordinal));
        Assert.All(Rows(), row => Assert.True(row.Expected.Count >= 14, row.Operation));
    }

    [Theory]
    [InlineData("open")]
    [InlineData("offered")]
    [InlineData("accepted")]
    [InlineData("in_progress")]
    [InlineData("on_hold")]
    [InlineData("resolved")]
    [InlineData("closed")]
    [InlineData("cancelled")]
    public async Task Whoever_is_let_in_is_let_in_and_everybody_else_is_refused(string state)
    {
        var world = await AWorld(state);
        var callers = Callers(world);
        var endpoints = Endpoints().ToDictionary(Name, StringComparer.Ordinal);
        var before = await service.Officer().Read($"/v1/requests/{world.Ids["requestId"]}");
        List<string> wrong = [];
        foreach (var row in Asked(Rows(), state))
        {
            foreach (var (principal, expected) in row.Expected)
            {
                var isLetIn = expected == In;
                using var answer = await Call(endpoints[row.Operation], callers[principal], world.Ids, isLetIn);
                var status = (int)answer.StatusCode;
                var reads = endpoints[row.Operation].Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Single() == "GET";
                var isRight =
                    isLetIn && reads ? status == 200
                    : isLetIn ? !Refusals.Contains(status) && status < 500
                    : status == int.Parse(expected, CultureInfo.InvariantCulture);
                if (!isRight)
                {
                    wrong.Add($"{row.Operation} by {principal}: {expected} expected, {status} came");
                }
                else if (status == 404 && await Differs(answer, endpoints[row.Operation], callers[principal]) is { } difference)
                {
                    wrong.Add($"{row.Operation} by {principal}: tells what is not known from what is not there: {difference}");
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.Equal(
            before["version"]!.GetValue<long>(),
            (await service.Officer().Read($"/v1/requests/{world.Ids["requestId"]}"))["version"]!.GetValue<long>()
        );
    }

    // On PostgreSQL a sample: every operation by every caller in one of its states, every operation in each of its states, every caller in each state.
    private static IEnumerable<Row> Asked(IEnumerable<Row> rows, string state)
    {
        foreach (
            var (states, operation) in rows.GroupBy(row => row.Operation, StringComparer.Ordinal)
                .Select((states, at) => (states.ToList(), at))
        )
        {
            var place = states.FindIndex(row => row.State == state);
            if (place >= 0)
            {
                yield return !TestDatabase.IsPostgres
                    ? states[place]
                    : states[place] with
                    {
                        Expected = states[place]
                            .Expected.Where((_, principal) => (operation + principal) % states.Count == place)
                            .ToDictionary(cell => cell.Key, cell => cell.Value, StringComparer.Ordinal),
                    };
            }
        }
    }

    // An object that is not the caller's to know is answered like one that nobody has, to the byte, but for the number of the call.
    private static async Task<string?> Differs(HttpResponseMessage refused, RouteEndpoint endpoint, HttpClient caller)
    {
        // Under an id that nobody has it would be made.
        if (endpoint.Metadata.GetMetadata<MakesWhereAbsent>() is not null)
        {
            return null;
        }

        var nobodys = new Nobodys();
        using var unknown = await Call(endpoint, caller, nobodys, isLetIn: false);
        var (one, other) = (await Body(refused), await Body(unknown));
        return one == other && refused.StatusCode == unknown.StatusCode ? null : $"{one} / {other}";
    }

    private static async Task<string> Body(HttpResponseMessage answer)
    {
        var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject();
        body.Remove("requestId");
        body.Remove("instance");
        return body.ToJsonString();
    }

    private static async Task<HttpResponseMessage> Call(
        RouteEndpoint endpoint,
        HttpClient caller,
        IReadOnlyDictionary<string, string> ids,
        bool isLetIn
    )
    {
        var method = endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Single();
        using var request = new HttpRequestMessage(new HttpMethod(method), Place(endpoint, ids));
        if (method != "GET")
        {
            request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
            request.Headers.TryAddWithoutValidation("If-Match", "\"999999\"");
            var body = isLetIn ? """{"nobodyKnowsThisMember":1}""" : ContractExamples.Request(Name(endpoint))?.ToJsonString() ?? "{}";
            request.Content = new StringContent(
                body,
                System.Text.Encoding.UTF8,
                method == "PATCH" ? "application/merge-patch+json" : "application/json"
            );
        }

        return await caller.SendAsync(request);
    }

    private static string Place(RouteEndpoint endpoint, IReadOnlyDictionary<string, string> ids)
    {
        var place = "";
        foreach (var part in endpoint.RoutePattern.PathSegments)
        {
            place +=
                "/"
                + string.Concat(
                    part.Parts.Select(piece =>
                        piece switch
                        {
                            Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal => literal.Content,
                            Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart parameter => ids[parameter.Name],
                            _ => throw new InvalidOperationException(endpoint.RoutePattern.RawText),
                        }
                    )
                );
        }

        return place;
    }

    private async Task<World> AWorld(string state)
    {
        await service.MakeRoom();
        var mine = service.As("requester", subject: "requester-a");
        var phone = $"1380013807{Array.IndexOf(States, state)}";
        var posted = await mine.Post("/v1/requests", Given.PomeloCall(phone: phone)).Must(HttpStatusCode.Created);
        var request = posted.Id();
        var office = service.Officer();
        var lost = (await office.Read($"/v1/requests/{request}/matches"))["candidates"]!
            .AsArray()
            .Select(candidate => candidate!.Id("teamId"))
            .First(team => team != RunningService.TeamId(Given.Expert));
        var first = (await office.Post($"/v1/requests/{request}/offers", new { teamId = lost }).Must(HttpStatusCode.Created)).Id();
        await service.LeaderOf(lost).Post($"/v1/offers/{first}/decline", new { reason = "too_busy" }).Must();
        var (offer, visit) = (first, Guid.NewGuid());
        var (booked, former) = ($"booked-{state}", $"former-{state}");
        Guid? visited = null;
        if (state != "open")
        {
            offer = (
                await office
                    .Post($"/v1/requests/{request}/offers", new { teamId = RunningService.TeamId(Given.Expert) })
                    .Must(HttpStatusCode.Created)
            ).Id();
        }

        if (state is not "open" and not "offered")
        {
            var leader = service.Leader(Given.Expert);
            await leader.Post($"/v1/offers/{offer}/accept").Must();
            var gone = await service.Given.AMember(former);
            visited = await service.Given.AMember(booked);
            visit = await service.Given.BookedVisit(request, visited.Value, gone);
            await leader
                .Post($"/v1/teams/{RunningService.TeamId(Given.Expert)}/members/{gone}/link", new { subject = (string?)null })
                .Must();
            await Bring(request, visit, state);
        }

        Assert.Equal(state, (await office.Read($"/v1/requests/{request}")).Text("state"));
        var notice = (await service.Leader(Given.Expert).Read("/v1/notices"))["items"]!
            .AsArray()
            .LastOrDefault(item => item!.Id("requestId") == request)
            ?.Id();
        var admin = service.As("admin");
        var name = "matrix-" + state;
        var account = (await admin.Post("/v1/accounts", new { login = name, role = "officer" }).Must(HttpStatusCode.Created))[
            "account"
        ]!.Id();
        var client = (await admin.Post("/v1/clients", new { name, scopes = new[] { "notices" } }).Must(HttpStatusCode.Created)).Id();
        var key = (await admin.Post($"/v1/clients/{client}/keys", new { days = 30 }).Must(HttpStatusCode.Created)).Id();
        await service.Given.AConfirmedCorrection("鱼塘里的增氧机一开就跳闸，请人来看看。", "pow-rural");
        var version = (await admin.Post("/v1/suggestion-versions").Must(HttpStatusCode.Created)).Number("number");
        var run = (await service.StartRun(new { requestIds = new[] { request } }, Here)).Id();
        var approval = (
            await service
                .As("officer", Here, subject: "asker")
                .Post(
                    "/v1/exports",
                    new
                    {
                        from = "2026-06-01",
                        to = "2026-06-02",
                        reason = "回访",
                    }
                )
                .Must(HttpStatusCode.Created)
        ).Id();
        var export = await service.AnExport(service.Officer(Here));
        var import = (await service.AnImport(Files.Members, "members", client: service.As("officer", Here))).Id();
        // Before there is a visit nobody is booked.
        var member = visited ?? await service.Given.AMember(booked);
        var correction = (
            await service
                .Leader(Given.Expert)
                .Post($"/v1/members/{member}/record-corrections", new { part = "service", wish = "少记了一次。" })
                .Must(HttpStatusCode.Created)
        ).Id();
        var revoked = await admin.Post($"/v1/clients/{client}/keys", new { days = 30 }).Must(HttpStatusCode.Created);
        await admin.Post($"/v1/clients/{client}/keys/{revoked.Id()}/revoke").Must();
        return new World(
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["requestId"] = request.ToString(),
                ["offerId"] = offer.ToString(),
                ["visitId"] = visit.ToString(),
                ["benefitId"] = Guid.NewGuid().ToString(),
                ["memberId"] = member.ToString(),
                ["importId"] = import.ToString(),
                ["correctionId"] = correction.ToString(),
                ["certificateId"] = (await service.ACertificate(member)).ToString(),
                ["certificateNumber"] = "20260601-7KQ4M2XARTW9CD",
                ["importKind"] = "members",
                ["teamId"] = RunningService.TeamId(Given.Expert).ToString(),
                ["runId"] = run.ToString(),
                ["approvalId"] = approval.ToString(),
                ["accountId"] = account.ToString(),
                ["clientId"] = client.ToString(),
                ["keyId"] = key.ToString(),
                ["noticeId"] = (notice ?? Guid.NewGuid()).ToString(),
                ["number"] = version.ToString(CultureInfo.InvariantCulture),
                ["track"] = posted.Text("trackToken"),
                ["code"] = Here,
                ["exportId"] = export.ToString(),
                ["kind"] = "visits",
                ["report"] = "summary",
                ["indicator"] = "services",
                ["month"] = "2026-05",
            },
            lost,
            booked,
            former,
            revoked.Text("key")
        );
    }

    private async Task Bring(Guid request, Guid visit, string state)
    {
        var (leader, office) = (service.Leader(Given.Expert), service.Officer());
        if (state == "cancelled")
        {
            await office.Post($"/v1/requests/{request}/cancel", new { reason = "rejected" }).Must();
        }

        if (state is "accepted" or "cancelled")
        {
            return;
        }

        await leader.Post($"/v1/visits/{visit}/begin").Must();
        if (state == "in_progress")
        {
            return;
        }

        await leader.Post($"/v1/visits/{visit}/complete", new { findings = "缺镁。", minutes = 60 }).Must();
        if (state == "on_hold")
        {
            await leader.Post($"/v1/requests/{request}/hold", new { reason = "等配件" }).Must();
            return;
        }

        await leader.Post($"/v1/requests/{request}/resolve", new { result = "solved", summary = "补镁。" }).Must();
        if (state == "closed")
        {
            await office.Post($"/v1/requests/{request}/confirm", new { solved = true, rating = 5 }).Must();
        }
    }

    private Dictionary<string, HttpClient> Callers(World world) =>
        new(StringComparer.Ordinal)
        {
            ["anonymous"] = service.Anonymous(),
            ["expired"] = service.Bearer(Signed("aud", TokenKey.Audience, service.Clock.GetUtcNow().AddMinutes(-2))),
            ["other_audience"] = service.Bearer(Signed("aud", "another-api", service.Clock.GetUtcNow().AddDays(1))),
            ["key_revoked"] = service.Bearer(world.Revoked),
            ["requester_a"] = service.As("requester", subject: "requester-a"),
            ["requester_b"] = service.As("requester", subject: "requester-b"),
            ["partner_other"] = service.As("partner", subject: "hotline-b"),
            ["partner_bare"] = service.Bearer(
                service.Services.GetRequiredService<TokenKey>().Issue(new Caller("hotline-c", Role.Partner), TimeSpan.FromDays(1))
            ),
            ["leader_asked"] = service.Leader(Given.Expert),
            ["leader_lost"] = service.LeaderOf(world.Lost),
            ["leader_other"] = service.Leader("E-330400-1"),
            ["member_booked"] = service.As("member", team: RunningService.TeamId(Given.Expert), subject: world.Booked),
            ["member_former"] = service.As("member", team: RunningService.TeamId(Given.Expert), subject: world.Former),
            ["member_unbooked"] = service.As("member", team: RunningService.TeamId(Given.Expert), subject: "member-a"),
            ["member_other"] = service.As("member", team: RunningService.TeamId("E-330400-1"), subject: "member-b"),
            ["officer_here"] = service.Officer(Here),
            ["officer_city"] = service.Officer(City),
            ["officer_elsewhere"] = service.Officer(Elsewhere),
            ["officer_country"] = service.Officer(),
            ["auditor_here"] = service.As("auditor", Here),
            ["auditor_elsewhere"] = service.As("auditor", Elsewhere),
            ["admin_country"] = service.As("admin"),
            ["admin_elsewhere"] = service.As("admin", Elsewhere),
        };

    private string Signed(string claim, string value, DateTimeOffset expires)
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(Path.Combine(service.Data, "token-key.pem")));
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(
            new SecurityTokenDescriptor
            {
                Issuer = TokenKey.Issuer,
                TokenType = TokenKey.TokenType,
                Claims = new Dictionary<string, object>(StringComparer.Ordinal)
                {
                    [claim] = value,
                    ["sub"] = "officer-x",
                    ["role"] = "officer",
                    ["exp"] = expires.ToUnixTimeSeconds(),
                },
                SigningCredentials = new SigningCredentials(
                    new ECDsaSecurityKey(key) { CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false } },
                    SecurityAlgorithms.EcdsaSha256
                ),
            }
        );
    }

    private IEnumerable<RouteEndpoint> Endpoints() =>
        service
            .Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<IEndpointNameMetadata>() is not null);

    private static string Name(RouteEndpoint endpoint) => endpoint.Metadata.GetMetadata<IEndpointNameMetadata>()!.EndpointName;

    private static IEnumerable<Row> Rows()
    {
        using var csv = CsvReader.FromFile(Path.Combine(Page.Root, Table));
        var principals = File.ReadLines(Path.Combine(Page.Root, Table)).First().Split(',')[2..];
        while (csv.Read())
        {
            yield return new Row(
                csv.GetString("operation"),
                csv.GetString("state"),
                principals.ToDictionary(principal => principal, csv.GetString, StringComparer.Ordinal)
            );
        }
    }

    private sealed record Row(string Operation, string State, IReadOnlyDictionary<string, string> Expected);

    private sealed record World(IReadOnlyDictionary<string, string> Ids, Guid Lost, string Booked, string Former, string Revoked);

    /// <summary>Ids that nothing has.</summary>
    private sealed class Nobodys : Dictionary<string, string>, IReadOnlyDictionary<string, string>
    {
        string IReadOnlyDictionary<string, string>.this[string key] =>
            key switch
            {
                "number" => "999",
                "code" => "999999",
                "indicator" => "nothing",
                "month" => "2026-04",
                "track" => new string('x', 43),
                _ => Guid.NewGuid().ToString(),
            };
    }
}
