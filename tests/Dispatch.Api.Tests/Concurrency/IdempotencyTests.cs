using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Dispatch.Api.Storage;
using Dispatch.Api.Tests.Storage.Auditing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Dispatch.Api.Tests.Concurrency;

/// <summary>One key, one effect, one answer.</summary>
public sealed class IdempotencyTests(RunningService service) : IClassFixture<RunningService>
{
    [Fact]
    public async Task Sixteen_sends_of_one_key_at_once_make_one_request_and_get_the_same_bytes()
    {
        var (key, call) = (NewKey(), Given.PomeloCall());
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var sending = Enumerable
            .Range(0, 16)
            .Select(async _ =>
            {
                await start.Task;
                return await Sent.By(service.Officer().Post("/v1/requests", call, key));
            })
            .ToList();
        start.SetResult();

        var answers = await Task.WhenAll(sending);

        Assert.Single(answers.Select(answer => answer with { Replayed = false }).Distinct());
        Assert.Equal(HttpStatusCode.Created, answers[0].Status);
        Assert.Equal(15, answers.Count(answer => answer.Replayed));
        Assert.Equal($"/v1/requests/{answers[0].Id}", answers[0].Location);
        Assert.NotNull(answers[0].ETag);
        var rows = (await service.Officer().Read($"/v1/requests/{answers[0].Id}/timeline"))["items"]!.AsArray();
        Assert.Single(rows, row => row!.Text("action") == "submit");
    }

    [Fact]
    public async Task A_replay_is_the_first_answer_to_the_byte_whatever_happened_since()
    {
        var key = NewKey();
        var request = (await service.Given.AnOpenRequest()).Id();
        var offers = $"/v1/requests/{request}/offers";
        var asked = new { teamId = RunningService.TeamId(Given.Expert) };
        var first = await Sent.By(service.Officer().Post(offers, asked, key));
        await service.Officer().Post($"/v1/requests/{request}/cancel", new { reason = "rejected" }).Must();

        var again = await Sent.By(service.Officer().Post(offers, asked, key));

        Assert.False(first.Replayed);
        Assert.True(again.Replayed);
        Assert.Equal(first, again with { Replayed = false });
        Assert.Equal("cancelled", (await service.Officer().Read($"/v1/requests/{request}")).Text("state"));
    }

    [Fact]
    public async Task A_key_with_another_payload_is_refused_and_does_nothing()
    {
        var key = NewKey();
        var first = await Sent.By(service.Officer().Post("/v1/requests", Given.PomeloCall(), key));
        await service
            .Officer()
            .Post("/v1/requests", Given.PomeloCall("high"), key)
            .MustRefuse(HttpStatusCode.UnprocessableEntity, "idempotency.key_reused");
        var again = await Sent.By(service.Officer().Post("/v1/requests", Given.PomeloCall(), key));
        Assert.Equal(first, again with { Replayed = false });
    }

    [Fact]
    public async Task The_order_of_members_and_the_white_space_are_no_other_payload()
    {
        var key = NewKey();
        const string One = """{"requester":{"kind":"farmer","name":"种植户甲"},"text":"叶子发黄。","location":{"regionCode":"331083"}}""";
        const string Other = """
            { "location": { "regionCode": "331083" },   "text": "叶子发黄。",
              "requester": { "name": "种植户甲", "kind": "farmer" } }
            """;
        var first = await Sent.By(service.Officer().Post("/v1/requests", Api.Raw(One), key));
        var again = await Sent.By(service.Officer().Post("/v1/requests", Api.Raw(Other), key));
        Assert.True(again.Replayed);
        Assert.Equal(first, again with { Replayed = false });
    }

    [Fact]
    public async Task A_repeat_is_the_same_send_when_the_reference_data_changed_meanwhile()
    {
        var (key, call) = (NewKey(), Given.PomeloCall());
        var first = await Sent.By(service.Officer().Post("/v1/requests", call, key));
        var database = service.Services.GetRequiredService<Database>();
        await using var db = new Session(database);
        const string added = "insert into skill_synonym (skill_code, word) values ('agr-citrus', '文旦柚子树')";
        await database.Unwatched().Write(db, () => db.Execute(added), CancellationToken.None);
        await service.Restart();
        var again = await Sent.By(service.Officer().Post("/v1/requests", call, key));
        Assert.True(again.Replayed);
        Assert.Equal(first.Body, again.Body);
    }

    [Fact]
    public async Task The_same_key_of_another_caller_is_another_key()
    {
        var (key, call) = (NewKey(), Given.PomeloCall());
        var one = await Sent.By(service.As("officer", subject: "one").Post("/v1/requests", call, key));
        var other = await Sent.By(service.As("officer", subject: "other").Post("/v1/requests", call, key));
        Assert.False(other.Replayed);
        Assert.NotEqual(one.Id, other.Id);
    }

    [Fact]
    public async Task The_same_key_on_another_operation_is_another_key()
    {
        var key = NewKey();
        var first = await Sent.By(service.Officer().Post("/v1/requests", Given.PomeloCall(), key));
        var second = await Sent.By(service.Officer().Post($"/v1/requests/{first.Id}/dispatch", key: key));
        Assert.Equal(HttpStatusCode.OK, second.Status);
        Assert.False(second.Replayed);
    }

    [Fact]
    public async Task What_must_not_happen_twice_needs_a_key()
    {
        var (request, offer) = await service.Given.AnOffer(call: Given.PomeloCall("emergency"));
        await Keyless(service.Officer(), "/v1/requests", Given.PomeloCall());
        await Keyless(service.Leader(Given.Expert), $"/v1/offers/{offer}/accept", new { });
        Assert.Equal("pending", (await service.Officer().Read($"/v1/offers/{offer}")).Text("state"));
        await service.Leader(Given.Expert).Post($"/v1/offers/{offer}/accept").Must();
        var visit = await service.Given.BookedVisit(request);
        await service.Leader(Given.Expert).Post($"/v1/visits/{visit}/begin").Must();
        await Keyless(service.Leader(Given.Expert), $"/v1/visits/{visit}/complete", new { findings = "缺镁。", minutes = 30 });
        Assert.Equal("in_service", (await service.Officer().Read($"/v1/visits/{visit}")).Text("state"));
    }

    [Theory]
    [InlineData(255, HttpStatusCode.Created)]
    [InlineData(256, HttpStatusCode.BadRequest)]
    public async Task A_key_has_255_characters_at_most(int length, HttpStatusCode expected)
    {
        using var answer = await service.Officer().Post("/v1/requests", Given.PomeloCall(), new string('k', length));
        Assert.Equal(expected, answer.StatusCode);
        if (expected == HttpStatusCode.BadRequest)
        {
            Assert.Equal("idempotency.key_malformed", (await answer.Json()).Text("code"));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"\"")]
    public async Task An_empty_key_is_no_key(string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/requests") { Content = Api.Raw("{}") };
        request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        using var answer = await service.Officer().SendAsync(request);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task A_quoted_key_and_the_bare_token_are_one_key()
    {
        var (key, call) = (NewKey(), Given.PomeloCall());
        var bare = await Sent.By(service.Officer().Post("/v1/requests", call, key));
        var quoted = await Sent.By(service.Officer().Post("/v1/requests", call, $"\"{key}\""));
        Assert.True(quoted.Replayed);
        Assert.Equal(bare, quoted with { Replayed = false });
    }

    [Fact]
    public async Task A_send_refused_for_its_content_does_not_burn_the_key()
    {
        var key = NewKey();
        await service
            .Officer()
            .Post(
                "/v1/requests",
                new
                {
                    requester = new { kind = "farmer", name = "甲" },
                    text = "",
                    location = new { regionCode = "331083" },
                },
                key
            )
            .MustRefuse(HttpStatusCode.UnprocessableEntity, "body.invalid");
        var sent = await Sent.By(service.Officer().Post("/v1/requests", Given.PomeloCall(), key));
        Assert.Equal(HttpStatusCode.Created, sent.Status);
        Assert.False(sent.Replayed);
    }

    [Fact]
    public async Task A_send_refused_for_the_state_of_things_is_judged_anew()
    {
        var key = NewKey();
        var (request, _) = await service.Given.AnAcceptedRequest(call: Given.PomeloCall("emergency"));
        await service.Officer().Post($"/v1/requests/{request}/resume", key: key).MustRefuse(HttpStatusCode.Conflict, "invalid-transition");
        await service.Officer().Post($"/v1/requests/{request}/hold").Must();
        var sent = await Sent.By(service.Officer().Post($"/v1/requests/{request}/resume", key: key));
        Assert.Equal(HttpStatusCode.OK, sent.Status);
        Assert.False(sent.Replayed);
    }

    [Fact]
    public async Task A_key_is_ignored_where_nothing_is_written()
    {
        var request = (await service.Given.AnOpenRequest()).Id();
        var key = NewKey();
        foreach (var _ in Enumerable.Range(0, 2))
        {
            using var read = new HttpRequestMessage(HttpMethod.Get, $"/v1/requests/{request}");
            read.Headers.Add("Idempotency-Key", key);
            using var answer = await service.Officer().SendAsync(read);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.False(answer.Headers.Contains("Idempotent-Replayed"));
            await service.Officer().Post($"/v1/requests/{request}/escalate").Must();
        }
    }

    private static string NewKey() => Guid.NewGuid().ToString();

    private static async Task Keyless(HttpClient client, string path, object body)
    {
        var problem = await client
            .Send(HttpMethod.Post, path, body, key: null)
            .MustRefuse(HttpStatusCode.BadRequest, "idempotency.key_missing");
        Assert.Contains("/docs", problem.Text("detail"), StringComparison.Ordinal);
    }
}

/// <summary>Keys across restarts and across days, on a service that nobody else uses meanwhile.</summary>
public sealed class IdempotencyOverTimeTests(RunningService service) : IClassFixture<RunningService>
{
    [Fact]
    public async Task A_replay_survives_a_restart_to_the_byte()
    {
        var call = Given.PomeloCall();
        var first = await Sent.By(service.Officer().Post("/v1/requests", call, "before-the-restart"));
        await service.Restart();
        var again = await Sent.By(service.Officer().Post("/v1/requests", call, "before-the-restart"));
        Assert.True(again.Replayed);
        Assert.Equal(first, again with { Replayed = false });
    }

    [Fact]
    public async Task A_key_lives_for_a_day()
    {
        var call = Given.PomeloCall();
        var first = await Sent.By(service.Officer().Post("/v1/requests", call, "yesterday"));
        service.Clock.Advance(TimeSpan.FromHours(24) - TimeSpan.FromMilliseconds(1));
        Assert.True((await Sent.By(service.Officer().Post("/v1/requests", call, "yesterday"))).Replayed);
        service.Clock.Advance(TimeSpan.FromMilliseconds(1));
        var anew = await Sent.By(service.Officer().Post("/v1/requests", call, "yesterday"));
        Assert.False(anew.Replayed);
        Assert.NotEqual(first.Id, anew.Id);
        // The key now stands for the new answer.
        Assert.Equal(anew with { Replayed = true }, await Sent.By(service.Officer().Post("/v1/requests", call, "yesterday")));
    }
}

/// <summary>An answer as a client sees it.</summary>
internal sealed record Sent(HttpStatusCode Status, string Body, string? Location, string? ETag, MediaTypeHeaderValue? Media, bool Replayed)
{
    public Guid Id => JsonNode.Parse(Body)!.Id();

    public static async Task<Sent> By(Task<HttpResponseMessage> sending)
    {
        using var response = await sending;
        return new Sent(
            response.StatusCode,
            await response.Content.ReadAsStringAsync(),
            response.Headers.Location?.ToString(),
            response.Headers.ETag?.ToString(),
            response.Content.Headers.ContentType,
            response.Headers.TryGetValues("Idempotent-Replayed", out var values) && values.Single() == "true"
        );
    }
}
