using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text;
using Dispatch.Api.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Xunit;

namespace Dispatch.Api.Tests.Telemetry;

/// <summary>Whoever traces hears every service of the process: these tests run while no others do.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

/// <summary>What a collector is sent, byte for byte.</summary>
[Collection(nameof(Alone))]
public sealed class ExportTests(ExportTests.Exporting service) : IClassFixture<ExportTests.Exporting>
{
    private const string Phone = "13987650918";
    private const string Name = "金丝雀户主";
    private const string Street = "暗香弄";
    private const string Lat = "28.252614";
    private const string Agent = "kanarienvogel-9";

    private readonly ActivityListener calls = UnderWay.Watch();

    [Fact]
    public async Task A_call_is_traced_down_to_its_commit_in_the_trace_of_the_caller()
    {
        var (trace, officer) = Exporting.Traced(service.Officer());
        await officer.Post("/v1/requests", Call()).Must(HttpStatusCode.Created);
        var spans = Spans(trace);
        var call = Assert.Single(spans, span => span.Name == "POST /v1/requests");
        Assert.Equal("201", call.Attributes["http.response.status_code"]);
        Assert.Equal("/v1/requests", call.Attributes["http.route"]);
        var command = Assert.Single(spans, span => span.Name == "SubmitRequest");
        Assert.Equal(call.Id, command.Parent);
        var commit = Assert.Single(spans, span => span.Name == "commit");
        Assert.Equal(command.Id, commit.Parent);
        Assert.Equal("1", commit.Attributes["dispatch.commit.commands"]);
        Assert.True(command.From <= commit.From && commit.From < commit.To && commit.To <= command.To);
        Assert.Equal(TestDatabase.IsPostgres, spans.Any(span => span.Attributes.ContainsKey("db.query.text")));
    }

    [Fact]
    public async Task A_match_tells_how_many_teams_could_do_it()
    {
        var request = (await service.Given.AnOpenRequest()).Id();
        var (trace, officer) = Exporting.Traced(service.Officer());
        var eligible = (await officer.Read($"/v1/requests/{request}/matches"))["eligible"]!.GetValue<int>();
        var match = Assert.Single(Spans(trace), span => span.Name == "match");
        Assert.Equal(eligible.ToString(), match.Attributes["dispatch.match.eligible"]);
    }

    [Fact]
    public async Task A_refusal_is_told_by_its_code_and_a_timer_by_its_deadline()
    {
        var (request, offer) = await service.Given.AnOffer(call: Given.PomeloCall("emergency"));
        var (refused, leader) = Exporting.Traced(service.LeaderOf(RunningService.TeamId("T-44-1")));
        await leader.Post($"/v1/offers/{offer}/accept").MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
        var accept = Assert.Single(Spans(refused), span => span.Name == "AcceptOffer");
        Assert.Equal("resource.unknown", accept.Attributes["dispatch.refused"]);
        Assert.DoesNotContain(Spans(refused), span => span.Name == "commit");

        service.Clock.Advance(TimeSpan.FromHours(1));
        using var watching = new Activity("test");
        var trace = ActivityTraceId.CreateRandom();
        watching.SetParentId(trace, ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded).Start();
        await service.FireDue();
        watching.Stop();
        Assert.Contains(
            Spans(trace.ToHexString()),
            span => span.Name == "timer" && span.Attributes.GetValueOrDefault("dispatch.timer.deadline") == "answer"
        );
        Assert.NotEqual(Guid.Empty, request);
    }

    [Fact]
    public async Task Nothing_of_a_person_no_secret_and_no_address_leaves_with_spans_or_figures()
    {
        var (trace, officer) = Exporting.Traced(service.Officer());
        officer.DefaultRequestHeaders.Add("User-Agent", Agent);
        officer.DefaultRequestHeaders.Host = $"{Agent}.example.cn";
        officer.DefaultRequestHeaders.Add("tracestate", $"site={Agent}");
        officer.DefaultRequestHeaders.Add("baggage", $"phone={Phone}");
        var opened = await officer.Post("/v1/requests", Call()).Must(HttpStatusCode.Created);
        var (request, track) = (opened.Id(), opened.Text("trackToken"));
        var (_, anyone) = Exporting.Traced(service.Anonymous(), trace);
        await anyone.Read($"/v1/track/{track}");
        foreach (
            var wrong in new[]
            {
                anyone.GetAsync($"/v1/track/{track}x?{Agent}={Phone}"),
                anyone.GetAsync($"/v1/{Uri.EscapeDataString(Name)}/{Phone}"),
                officer.GetAsync($"/v1/requests?region={Phone}"),
                officer.Post("/v1/requests", Call(phone: Phone + "12")),
                officer.Post("/v1/requests", Api.Raw($"{{\"requester\":{Phone}")),
                officer.Post($"/v1/requests/{request}/cancel", new { reason = Street }),
            }
        )
        {
            using var answer = await wrong;
            Assert.InRange((int)answer.StatusCode, 400, 499);
        }

        await officer.Post($"/v1/requests/{request}/dispatch").Must();
        var (_, leader) = Exporting.Traced(service.Leader(Given.Expert), trace);
        var offer = (await officer.Read($"/v1/offers?request={request}"))["items"]![0]!.Id();
        await leader.Post($"/v1/offers/{offer}/accept").Must();
        Assert.Contains(Phone, await leader.GetStringAsync($"/v1/requests/{request}"), StringComparison.Ordinal);
        var team = RunningService.TeamId(Given.Expert).ToString();
        await officer.Read($"/v1/teams/{team}");

        service.Flush();
        Assert.NotEmpty(Spans(trace));
        Assert.NotEmpty(service.Sent.Metrics);
        var sent = service.Sent.Traces.Concat(service.Sent.Metrics).Select(Encoding.UTF8.GetString).ToList();
        foreach (var word in new[] { Phone, Name, Street, Lat, track, request.ToString(), offer.ToString(), team, Agent, "Password" })
        {
            Assert.All(sent, text => Assert.DoesNotContain(word, text, StringComparison.OrdinalIgnoreCase));
        }

        Assert.All(
            Otlp.Spans(service.Sent.Traces),
            span => Assert.All(span.Attributes.Keys, key => Assert.DoesNotContain(key, new[] { "url.path", "url.full", "url.query" }))
        );
    }

    [Theory]
    [InlineData("Npgsql")]
    [InlineData("System.Net.Http")]
    [InlineData("Dispatch")]
    public void What_an_exception_says_does_not_leave(string name)
    {
        using var source = new ActivitySource(name);
        var parent = new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded);
        using (var span = source.StartActivity("work", ActivityKind.Client, parent)!)
        {
            span.SetTag("url.full", $"https://hook.example.cn/{Agent}?key={Phone}");
            span.SetStatus(ActivityStatusCode.Error, Phone);
            span.AddException(new InvalidOperationException($"{Name} {Phone}"));
        }

        Assert.Empty(Assert.Single(Spans(parent.TraceId.ToHexString())).Attributes);
        Assert.All(
            service.Sent.Traces.Select(Encoding.UTF8.GetString),
            sent =>
            {
                Assert.DoesNotContain(Phone, sent, StringComparison.Ordinal);
                Assert.DoesNotContain(Agent, sent, StringComparison.Ordinal);
            }
        );
        Assert.Contains(
            service.Sent.Traces.Select(Encoding.UTF8.GetString),
            sent => sent.Contains(nameof(InvalidOperationException), StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_collector_is_told_the_same_as_a_scraper()
    {
        await service.Given.AnAcceptedRequest();
        await service.Anonymous().GetAsync("/v1/requests");
        var scraped = await service.Metrics();
        service.Flush();
        var sent = Otlp.Points(service.Sent.Metrics);
        var compared = 0;
        foreach (
            var family in scraped.Families.Values.Where(family =>
                family.Name.StartsWith("dispatch_", StringComparison.Ordinal) && family.Name != "dispatch_call_duration_seconds"
            )
        )
        {
            var isHistogram = family.Type == "histogram";
            foreach (var sample in family.Samples.Where(sample => !isHistogram || sample.Name.EndsWith("_count", StringComparison.Ordinal)))
            {
                var labels = string.Join(',', sample.Labels.Select(label => $"{label.Key}={label.Value}").Order(StringComparer.Ordinal));
                var point = Assert.Single(sent, point => Prometheus(point.Key) == $"{family.Name} {labels}").Value;
                Assert.Equal(sample.Value, point.Value);
                if (isHistogram)
                {
                    Assert.Equal(
                        scraped.Value(family.Name + "_sum", [.. sample.Labels.Select(label => (label.Key, label.Value))]),
                        point.Sum
                    );
                }

                compared++;
            }
        }

        Assert.True(compared > 40);
        var routes = scraped.Families["dispatch_call_duration_seconds"].Samples.Select(sample => sample.Labels["route"]).ToHashSet();
        Assert.All(
            sent.Keys.Where(key => key.StartsWith("dispatch.call.duration ", StringComparison.Ordinal)),
            key => Assert.Contains(routes.Append("/metrics"), route => key.Contains($"route={route},", StringComparison.Ordinal))
        );

        string Prometheus(string point)
        {
            var (name, labels) = (point.Split(' ')[0].Replace('.', '_'), point[point.IndexOf(' ', StringComparison.Ordinal)..]);
            return new[] { name, name + "_seconds", name + "_total" }.SingleOrDefault(scraped.Families.ContainsKey) + labels;
        }
    }

    [Theory]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "0af7651916cd43dd8448eb211c80319c", "01")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00", "0af7651916cd43dd8448eb211c80319c", "00")]
    [InlineData("nonsense", null, "00")]
    public async Task The_answer_names_the_span_that_is_traced(string given, string? trace, string flags)
    {
        using var asked = new HttpRequestMessage(HttpMethod.Get, "/v1/skills");
        asked.Headers.TryAddWithoutValidation("traceparent", given);
        using var answer = await service.Anonymous().SendAsync(asked);
        var named = answer.Headers.GetValues("traceparent").Single().Split('-');
        Assert.Equal(flags, named[3]);
        if (trace is null)
        {
            Assert.Matches("^[0-9a-f]{32}$", named[1]);
            return;
        }

        Assert.Equal(trace, named[1]);
        Assert.NotEqual("b7ad6b7169203331", named[2]);
        if (flags == "01")
        {
            Assert.Contains(Spans(trace), span => span.Id == named[2] && span.Parent == "b7ad6b7169203331");
        }
    }

    [Fact]
    public async Task Without_a_collector_nothing_leaves()
    {
        var silent = new RunningService();
        await silent.InitializeAsync();
        Assert.Null(silent.Services.GetService<TracerProvider>());
        Assert.DoesNotContain(silent.Services.GetServices<Microsoft.Extensions.Hosting.IHostedService>(), hosted => hosted is FiguresLoop);
        var before = service.Sent.Metrics.Count + service.Sent.Traces.Count;
        silent.Services.GetRequiredService<MeterProvider>().ForceFlush();
        Assert.Equal(before, service.Sent.Metrics.Count + service.Sent.Traces.Count);
        await silent.DisposeAsync();
    }

    [Theory]
    [InlineData("Dispatch:Otlp", "localhost:4317")]
    [InlineData("Dispatch:Otlp", "ftp://collector.example.cn")]
    [InlineData("Dispatch:Otlp", "https://user:secret@collector.example.cn")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "collector")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "collector")]
    public async Task A_wrong_address_stops_the_start(string key, string address)
    {
        var misled = new Set($"--{key}={address}");
        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(misled.InitializeAsync);
        Assert.StartsWith(key, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refusal.Message, StringComparison.Ordinal);
    }

    private static object Call(string phone = Phone) =>
        new
        {
            requester = new
            {
                kind = "farmer",
                name = Name,
                phone,
            },
            text = "家里文旦园有几棵树长势不好，叶子发黄、果子也小。",
            skills = new[] { new { code = "agr-citrus" } },
            location = new
            {
                regionCode = "331083",
                address = $"清港镇{Street}77号",
                lat = double.Parse(Lat),
                lng = 121.289159,
            },
        };

    private List<SentSpan> Spans(string trace)
    {
        Assert.NotNull(calls);
        UnderWay.End(trace);
        service.Flush();
        return [.. Otlp.Spans(service.Sent.Traces).Where(span => span.Trace == trace)];
    }

    /// <summary>Calls whose spans have not ended: that of a call ends after its answer has gone.</summary>
    private static class UnderWay
    {
        private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);
        private static readonly ConcurrentDictionary<string, int> Calls = new(StringComparer.Ordinal);

        private static readonly ActivityListener Listener = new()
        {
            ShouldListenTo = source => source.Name == "Microsoft.AspNetCore",
            ActivityStarted = call => Calls.AddOrUpdate(call.TraceId.ToHexString(), 1, (_, open) => open + 1),
            ActivityStopped = call => Calls.AddOrUpdate(call.TraceId.ToHexString(), 0, (_, open) => open - 1),
        };

        /// <summary>After the service has started: it hears of an end before this does.</summary>
        public static ActivityListener Watch()
        {
            ActivitySource.AddActivityListener(Listener);
            return Listener;
        }

        public static void End(string trace) =>
            Assert.True(SpinWait.SpinUntil(() => Calls.GetValueOrDefault(trace) == 0, Longest), "A call has not ended.");
    }

    private sealed class Set(params string[] settings) : RunningService
    {
        protected override IEnumerable<string> Settings => settings;
    }

    /// <summary>A service with a collector. Traced is what its caller traces.</summary>
    public sealed class Exporting : RunningService
    {
        private Collector collector = null!;

        internal Collector Sent => collector;

        protected override IEnumerable<string> Settings =>
            [
                $"--Dispatch:Otlp={collector.Address}",
                "--OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf",
                "--OTEL_TRACES_SAMPLER=parentbased_always_off",
            ];

        public static (string Trace, HttpClient Client) Traced(HttpClient client, string? trace = null)
        {
            trace ??= ActivityTraceId.CreateRandom().ToHexString();
            client.DefaultRequestHeaders.Add("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01");
            return (trace, client);
        }

        public void Flush()
        {
            Assert.True(Services.GetRequiredService<TracerProvider>().ForceFlush());
            Assert.True(Services.GetRequiredService<MeterProvider>().ForceFlush());
        }

        protected override async Task Prepare() => collector = await Collector.Start();

        protected override void Ended() => collector.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }
}
