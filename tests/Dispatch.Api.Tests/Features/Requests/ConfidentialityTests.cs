using System.Net;
using System.Text.Json.Nodes;
using Dispatch.Api.Tests.Http;
using Xunit;

namespace Dispatch.Api.Tests.Features.Requests;

/// <summary>A firm's process secret, and a wish of somebody who is not to be known.</summary>
public sealed class ConfidentialityTests(RunningService service) : IClassFixture<RunningService>, IAsyncLifetime
{
    private const string Secret = "酸洗配比是三比一，温度六十二度";
    private const string Firm = "酸洗厂己";
    private const string Name = "困难户戊";
    private const string Contact = "戊的女儿";
    private const string Phone = "13800138555";
    private const string Address = "清港镇上园村东路8号";
    private const string SecretText = "（工艺秘密，接单后可见）";

    public Task InitializeAsync() => service.MakeRoom();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_process_secret_is_told_to_the_office_the_requester_and_the_team_that_accepted()
    {
        var own = service.As("requester", subject: "firm");
        var request = (await own.Post("/v1/requests", Call("process_secret")).Must(HttpStatusCode.Created)).Id();
        await service.Officer().Post($"/v1/requests/{request}/hold", new { reason = Secret }).Must();
        await service.Officer().Post($"/v1/requests/{request}/resume").Must();
        var offer = await Offered(request);
        var leader = service.Leader(Given.Expert);
        foreach (var reader in new[] { own, service.Officer(), service.Officer("331000") })
        {
            Assert.Contains(Secret, await reader.GetStringAsync($"/v1/requests/{request}"), StringComparison.Ordinal);
        }

        foreach (var reader in new[] { leader, service.As("auditor") })
        {
            await TellsNothing(reader, request);
            var seen = await reader.Read($"/v1/requests/{request}");
            Assert.Equal((SecretText, "***"), (seen.Text("text"), seen["requester"]!.Text("name")));
            Assert.Equal("agr-citrus", seen["skills"]![0]!.Text("code"));
            Assert.Equal("331083", seen["location"]!.Text("regionCode"));
            Assert.NotEqual(28.25m, seen["location"]!.Number("lat"));
        }

        await leader.Post($"/v1/offers/{offer}/accept").Must();
        Assert.Contains(Secret, await leader.GetStringAsync($"/v1/requests/{request}"), StringComparison.Ordinal);
        Assert.Contains(Secret, await leader.GetStringAsync($"/v1/requests/{request}/timeline"), StringComparison.Ordinal);
        Assert.Contains(Secret, await leader.GetStringAsync($"/v1/offers/{offer}"), StringComparison.Ordinal);
        Assert.Contains(Secret, await leader.GetStringAsync("/v1/requests?page_size=200"), StringComparison.Ordinal);
        await TellsNothing(service.As("auditor"), request);

        var visit = await service.Given.BookedVisit(request);
        await leader.Post($"/v1/visits/{visit}/begin").Must();
        await leader.Post($"/v1/visits/{visit}/complete", new { findings = Secret, minutes = 30 }).Must();
        Assert.Equal(Secret, (await service.Officer().Read($"/v1/visits/{visit}")).Text("findings"));
        Assert.Null((await service.As("auditor").Read($"/v1/visits/{visit}"))["findings"]);
    }

    [Fact]
    public async Task A_hidden_beneficiary_is_known_to_the_office_and_to_the_team_that_accepted()
    {
        var request = (await service.Given.AnOpenRequest(Call("beneficiary_hidden"))).Id();
        var offer = await Offered(request);
        var leader = service.Leader(Given.Expert);
        foreach (var reader in new[] { leader, service.As("auditor") })
        {
            var seen = await reader.Read($"/v1/requests/{request}");
            Assert.Equal("***", seen["requester"]!.Text("name"));
            Assert.Null(seen["requester"]!["phone"]);
            Assert.Null(seen["location"]!["address"]);
            Assert.Contains("种了三亩文旦", seen.Text("text"), StringComparison.Ordinal);
            await NamesNobody(reader, request);
        }

        // Not even the office reads names in a list.
        await NamesNobodyInLists(service.Officer());
        var known = await service.Officer().Read($"/v1/requests/{request}");
        Assert.Equal(
            (Name, "+86" + Phone, Address),
            (known["requester"]!.Text("name"), known["requester"]!.Text("phone"), known["location"]!.Text("address"))
        );
        Assert.Contains(Name, known.Text("text"), StringComparison.Ordinal);

        await leader.Post($"/v1/offers/{offer}/accept").Must();
        var accepted = await leader.Read($"/v1/requests/{request}");
        Assert.Equal(
            (Name, "+86" + Phone, Address),
            (accepted["requester"]!.Text("name"), accepted["requester"]!.Text("phone"), accepted["location"]!.Text("address"))
        );
        await NamesNobodyInLists(leader);
        await NamesNobody(service.As("auditor"), request);
    }

    [Theory]
    [InlineData("process_secret", false)]
    [InlineData("beneficiary_hidden", true)]
    public async Task On_a_map_it_stands_for_nobody_who_may_not_know(string level, bool hiddenFromOffice)
    {
        var request = (await service.Given.AnOpenRequest(Call(level))).Id();
        await Offered(request);
        const string box = "/v1/requests?page_size=200&bbox=121.2799,28.2499,121.2801,28.2501";
        Assert.Equal(hiddenFromOffice, !await Found(service.Officer()));
        Assert.False(await Found(service.As("auditor")));
        Assert.False(await Found(service.Leader(Given.Expert)));

        async Task<bool> Found(HttpClient reader) => (await reader.Read(box)).Items().Any(item => item.Id() == request);
    }

    [Theory]
    [InlineData("process_secret")]
    [InlineData("beneficiary_hidden")]
    public async Task A_notice_quotes_nothing_of_it(string level)
    {
        var request = (await service.Given.AnOpenRequest(Call(level))).Id();
        await Offered(request);
        foreach (var reader in new[] { service.Leader(Given.Expert), service.Officer() })
        {
            var notices = (await reader.Read("/v1/notices")).Items().Where(notice => notice.Id("requestId") == request).ToList();
            Assert.NotEmpty(notices);
            Assert.All(notices, notice => Assert.EndsWith("内容保密，请登录查看。", notice.Text("text"), StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task What_becomes_confidential_later_is_taken_back_from_notices_and_kept_answers()
    {
        var key = Guid.NewGuid().ToString();
        var call = Call("normal");
        var request = (await service.Officer().Post("/v1/requests", call, key).Must(HttpStatusCode.Created)).Id();
        await Offered(request);
        await service
            .Officer()
            .Send(HttpMethod.Patch, $"/v1/requests/{request}", Merge("""{"confidentiality":"process_secret"}"""), null, "*")
            .ContinueWith(sent => Assert.Equal(HttpStatusCode.OK, sent.Result.StatusCode));
        foreach (var reader in new[] { service.Leader(Given.Expert), service.Officer() })
        {
            var notices = (await reader.Read("/v1/notices")).Items().Where(notice => notice.Id("requestId") == request).ToList();
            Assert.NotEmpty(notices);
            Assert.All(notices, notice => Assert.DoesNotContain("酸洗", notice.ToJsonString(), StringComparison.Ordinal));
        }

        await service.Officer().Post("/v1/requests", call, key).MustRefuse(HttpStatusCode.Conflict, "resource.conflict");
    }

    private static StringContent Merge(string json) => new(json, System.Text.Encoding.UTF8, "application/merge-patch+json");

    private static async Task TellsNothing(HttpClient reader, Guid request)
    {
        foreach (var path in Paths(request))
        {
            var told = Words(await reader.GetStringAsync(path));
            Assert.DoesNotContain("酸洗", told, StringComparison.Ordinal);
            Assert.DoesNotContain(Address, told, StringComparison.Ordinal);
        }
    }

    private static async Task NamesNobody(HttpClient reader, Guid request)
    {
        foreach (var path in Paths(request))
        {
            Unnamed(Words(await reader.GetStringAsync(path)));
        }
    }

    private static async Task NamesNobodyInLists(HttpClient reader)
    {
        foreach (var path in new[] { "/v1/requests?page_size=200", "/v1/offers?page_size=200", "/v1/visits?page_size=200", "/v1/notices" })
        {
            Unnamed(Words(await reader.GetStringAsync(path)));
        }
    }

    private static void Unnamed(string told)
    {
        foreach (var word in new[] { Name, Contact, Phone, "138****8555", "东路8号" })
        {
            Assert.DoesNotContain(word, told, StringComparison.Ordinal);
        }
    }

    private static string[] Paths(Guid request) =>
        [
            $"/v1/requests/{request}",
            $"/v1/requests/{request}/timeline",
            "/v1/requests?page_size=200",
            $"/v1/offers?request={request}",
            "/v1/visits?page_size=200",
        ];

    // As people read it: escapes resolved.
    private static string Words(string json) =>
        JsonNode.Parse(json)!.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    private async Task<Guid> Offered(Guid request) =>
        (
            await service
                .Officer()
                .Post($"/v1/requests/{request}/offers", new { teamId = RunningService.TeamId(Given.Expert) })
                .Must(HttpStatusCode.Created)
        ).Id();

    private static object Call(string level) =>
        new
        {
            requester = new
            {
                kind = "farmer",
                name = level == "beneficiary_hidden" ? Name : Firm,
                phone = Phone,
                contact = Contact,
            },
            text = level == "beneficiary_hidden"
                ? $"{Name}家种了三亩文旦，住{Address}，叶子发黄，可以打{Phone}找{Contact}。"
                : $"家里文旦园叶子发黄。{Secret}。",
            skills = new[] { new { code = "agr-citrus" } },
            location = new
            {
                regionCode = "331083",
                address = Address,
                lat = 28.2531,
                lng = 121.2828,
            },
            confidentiality = level,
        };
}
