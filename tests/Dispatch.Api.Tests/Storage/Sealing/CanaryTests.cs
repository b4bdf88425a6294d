using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Dispatch.Api.Storage;
using Dispatch.Api.Tests.Features;
using Dispatch.Api.Tests.Storage.Auditing;
using Dispatch.Domain.Geography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Dispatch.Api.Tests.Storage.Sealing;

/// <summary>A person who can be told from all others goes through the whole work; then everything that is left of it is searched for him.</summary>
public sealed class CanaryTests(CanaryTests.Heard service) : IClassFixture<CanaryTests.Heard>
{
    private const string Phone = "13987650917";
    private const string Name = "金丝雀户主";
    private const string Contact = "金丝联络人";
    private const string Address = "清港镇金丝桥村暗香弄77号";
    private const string Street = "暗香弄";
    private const string Member = "金丝队员";
    private const double GivenLat = 28.252613;
    private const double GivenLng = 121.289159;
    private static readonly GeoPoint Exact = CoordinateSystems.ToWgs84(new GeoPoint(GivenLat, GivenLng), Crs.Gcj02);

    private readonly ConcurrentBag<string> answers = [];

    [Fact]
    public async Task Of_the_person_nothing_is_left_in_clear()
    {
        using var traces = service.Listen();
        var (request, track) = await TheWholeWork();
        await Mistakes(request, track);
        await AnswersToOthers(request);

        var words = new[]
        {
            Phone,
            Name,
            Contact,
            Address,
            Street,
            Member,
            track,
            Digest(track),
            Said(Exact.Lat),
            Said(Exact.Lng),
            Said(GivenLat),
            Said(GivenLng),
        };
        Assert.Empty(await Stored.Finds(service, words, [Exact.Lat, Exact.Lng, GivenLat, GivenLng]));
        Assert.All(service.Logged, line => Assert.DoesNotContain(words, word => line.Contains(word, StringComparison.Ordinal)));
        Assert.NotEmpty(service.Logged);
        Assert.All(service.Traced, line => Assert.DoesNotContain(words, word => line.Contains(word, StringComparison.Ordinal)));
        Assert.NotEmpty(service.Traced);
        var figures = await service.As("admin").GetStringAsync("/metrics");
        Assert.DoesNotContain(words.Append(request.ToString()), word => figures.Contains(word, StringComparison.Ordinal));
        var told = answers.SelectMany(answer =>
            words
                .Except([Name, Member])
                .Where(word => answer.Contains(word, StringComparison.Ordinal))
                .Select(word => $"{word} in {answer}")
        );
        Assert.True(!told.Any(), told.FirstOrDefault());
        Assert.NotEmpty(answers);
    }

    [Theory]
    [InlineData("update help_request set summary = @word where request_id = @request", Street)]
    [InlineData("update help_request set requester_key = @word where request_id = @request", Phone)]
    [InlineData("update timeline set note = @word where request_id = @request", Name)]
    public async Task The_search_would_find_it(string plant, string word)
    {
        var request = (await service.Given.AnOpenRequest()).Id();
        Assert.DoesNotContain(await Stored.Finds(service, [word], [Exact.Lat]), found => found.EndsWith(word, StringComparison.Ordinal));
        await Tamper(plant, word);
        Assert.NotEmpty(await Stored.Finds(service, [word], []));
        await Tamper(plant, "-");
        await Tamper("update help_request set lat = @word where request_id = @request", Exact.Lat);
        Assert.NotEmpty(await Stored.Finds(service, [], [Exact.Lat]));
        await Tamper("update help_request set lat = @word where request_id = @request", 28.25);
        await Purge();

        async Task Tamper(string sql, object value)
        {
            await using var scope = service.Services.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<Session>();
            await service
                .Services.GetRequiredService<Database>()
                .Unwatched()
                .Write(db, () => db.Execute(sql, new { word = value, request }), CancellationToken.None);
        }
    }

    // What a test has planted is gone before the next looks.
    private Task Purge()
    {
        var statements = service.Services.GetRequiredService<Database>().Purge(["help_request", "timeline"]);
        return service.WhileStopped(async _ =>
        {
            await using var connection = service.Writable();
            await connection.OpenAsync();
            foreach (var statement in statements)
            {
                await using var command = connection.CreateCommand();
                command.CommandText = statement;
                await command.ExecuteNonQueryAsync();
            }
        });
    }

    private async Task<(Guid Request, string Track)> TheWholeWork()
    {
        var (officer, leader, team) = (
            service.Traces(service.Officer()),
            service.Traces(service.Leader(Given.Expert)),
            RunningService.TeamId(Given.Expert)
        );
        await officer.Post($"/v1/teams/{team}/members", new { name = Member }).Must(HttpStatusCode.Created);
        var opened = await officer.Post("/v1/requests", Call()).Must(HttpStatusCode.Created);
        var (request, track) = (opened.Id(), opened.Text("trackToken"));
        var anyone = service.Traces(service.Anonymous());
        await anyone.Post($"/v1/track/{track}/reply", new { text = "下午都在家。" }).Must();
        await officer.Post($"/v1/requests/{request}/dispatch").Must();
        var offer = (await officer.Read($"/v1/offers?request={request}")).Items()[0];
        Assert.Equal(team, offer.Id("teamId"));
        await AnswersToOthers(request);
        await leader.Post($"/v1/offers/{offer.Id()}/accept").Must();
        Assert.Contains(Phone, await leader.GetStringAsync($"/v1/requests/{request}"), StringComparison.Ordinal);
        var start = service.Clock.GetUtcNow().AddHours(1);
        var visit = (
            await leader.Post($"/v1/requests/{request}/visits", new { start, end = start.AddHours(2) }).Must(HttpStatusCode.Created)
        ).Id();
        await leader.Post($"/v1/visits/{visit}/begin").Must();
        await leader
            .Post(
                $"/v1/visits/{visit}/complete",
                new
                {
                    findings = "根系积水。",
                    minutes = 80,
                    personTimes = 1,
                }
            )
            .Must();
        await leader.Post($"/v1/requests/{request}/resolve", new { result = "solved", summary = "开沟排水。" }).Must();
        await anyone.Read($"/v1/track/{track}");
        await anyone.Post($"/v1/track/{track}/confirm", new { solved = true, rating = 5 }).Must();
        await service.FireDue();
        return (request, track);
    }

    // What was wrong is said; what was sent is not said again.
    private async Task Mistakes(Guid request, string track)
    {
        var (officer, anyone) = (service.Traces(service.Officer()), service.Traces(service.Anonymous()));
        foreach (
            var sent in new[]
            {
                officer.Post("/v1/requests", Call(phone: Phone + "12")),
                officer.Post("/v1/requests", Call(region: "999999")),
                officer.Post("/v1/requests", Call(lat: 99.254917)),
                officer.Post(
                    "/v1/requests",
                    Api.Raw($"{{\"requester\":{{\"kind\":\"farmer\",\"name\":\"{Name}\",\"phone\":\"{Phone}\",\"mobile\":\"{Phone}\"}}}}")
                ),
                officer.Post("/v1/requests", Api.Raw($"{{\"requester\":{Phone}")),
                officer.Put($"/v1/requests/{request}", Call()),
                officer.GetAsync($"/v1/requests?region={Phone}"),
                anyone.Post("/v1/requests", Call()),
                anyone.GetAsync($"/v1/track/{track}x"),
                anyone.Post($"/v1/track/{track}/withdraw"),
                anyone.Post($"/v1/track/{track}/confirm", new { solved = 1 }),
                anyone.Send(HttpMethod.Delete, $"/v1/track/{track}", new { }, null),
            }
        )
        {
            using var answer = await sent;
            Assert.InRange((int)answer.StatusCode, 400, 499);
            answers.Add($"{answer.Headers} {await answer.Content.ReadAsStringAsync()}");
        }
    }

    /// <summary>All that those read who may not know him, whatever they ask for.</summary>
    private async Task AnswersToOthers(Guid request)
    {
        var pending = service.Leader(Given.Expert);
        var others = new List<HttpClient>
        {
            service.As("auditor"),
            service.As("requester", subject: "somebody-else"),
            service.Officer("440300"),
            service.LeaderOf(RunningService.TeamId("T-44-1")),
        };
        if ((await service.Request(request)).Text("state") == "offered")
        {
            others.Add(pending);
        }

        foreach (var other in others.Select(service.Traces))
        {
            foreach (
                var path in new[]
                {
                    $"/v1/requests/{request}",
                    $"/v1/requests/{request}/timeline",
                    $"/v1/requests/{request}/matches",
                    $"/v1/requests/{request}/solved-cases",
                    "/v1/requests?page_size=200",
                    $"/v1/offers?request={request}",
                    $"/v1/visits?request={request}",
                    "/v1/notices",
                    "/v1/reports/summary",
                    "/v1/skill-corrections",
                }
            )
            {
                foreach (var accept in new[] { "application/json", "application/geo+json" })
                {
                    using var asked = new HttpRequestMessage(HttpMethod.Get, path);
                    asked.Headers.Accept.ParseAdd(accept);
                    using var answer = await other.SendAsync(asked);
                    answers.Add(
                        $"{path} {answer.Headers} {System.Text.RegularExpressions.Regex.Unescape((await answer.Content.ReadAsStringAsync()).Replace("\\\"", "\"", StringComparison.Ordinal))}"
                    );
                }
            }
        }
    }

    private static string Said(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    private static string Digest(string track) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(track)));

    private static object Call(string phone = Phone, string region = "331083", double lat = GivenLat) =>
        new
        {
            requester = new
            {
                kind = "farmer",
                name = Name,
                phone,
                contact = Contact,
            },
            text = "家里文旦园有几棵树长势不好，叶子发黄、果子也小。",
            skills = new[] { new { code = "agr-citrus" } },
            location = new
            {
                regionCode = region,
                address = Address,
                lat,
                lng = GivenLng,
                crs = "gcj02",
            },
        };

    /// <summary>Everything it logs is kept, and every span that belongs to its callers.</summary>
    public sealed class Heard : RunningService, ILoggerProvider
    {
        private readonly ActivityTraceId trace = ActivityTraceId.CreateRandom();

        public ConcurrentQueue<string> Logged { get; } = [];

        public ConcurrentQueue<string> Traced { get; } = [];

        protected override IEnumerable<string> Settings => ["--Logging:LogLevel:Default=Trace"];

        protected override void Replace(IServiceCollection services) => services.AddSingleton<ILoggerProvider>(this);

        public HttpClient Traces(HttpClient client)
        {
            client.DefaultRequestHeaders.Add("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01");
            return client;
        }

        public System.Data.Common.DbConnection Writable() => Connection(readOnly: false);

        public IDisposable Listen()
        {
            var listener = new ActivityListener
            {
                ShouldListenTo = _ => true,
                Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
                    options.Parent.TraceId == trace ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
                ActivityStopped = activity =>
                {
                    if (activity.TraceId == trace)
                    {
                        var said = activity
                            .TagObjects.Concat(activity.Events.SelectMany(one => one.Tags))
                            .Select(tag => $"{tag.Key}={tag.Value}");
                        Traced.Enqueue(
                            $"{activity.OperationName} {activity.DisplayName} {activity.StatusDescription} {string.Join(' ', said)}"
                        );
                    }
                },
            };
            ActivitySource.AddActivityListener(listener);
            return listener;
        }

        public ILogger CreateLogger(string categoryName) => new Listener(Logged);

        public void Dispose() { }

        private sealed class Listener(ConcurrentQueue<string> logged) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull
            {
                logged.Enqueue(state.ToString() ?? "");
                return null;
            }

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(
                LogLevel logLevel,
                EventId eventId,
                TState state,
                Exception? exception,
                Func<TState, Exception?, string> formatter
            ) => logged.Enqueue($"{formatter(state, exception)} {exception}");
        }
    }
}
