using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Dispatch.Api.Tests.Http;

/// <summary>Every call has a name, and belongs to the trace of its caller.</summary>
public sealed class TracingTests(TracingTests.Logged service, TracingTests.AsInstalled installed)
    : IClassFixture<TracingTests.Logged>,
        IClassFixture<TracingTests.AsInstalled>
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";
    private const string Parent = "b7ad6b7169203331";

    [Theory]
    [InlineData($"00-{Trace}-{Parent}-01", "01")]
    [InlineData($"00-{Trace}-{Parent}-00", "00")]
    [InlineData($"00-{Trace}-{Parent}-03", "01")]
    [InlineData($"cc-{Trace}-{Parent}-01", "01")]
    [InlineData($"cc-{Trace}-{Parent}-01-what-comes-later", "01")]
    public async Task The_trace_of_the_caller_goes_on_in_a_span_of_our_own(string given, string flags)
    {
        var answered = TraceParent(await Ask("/v1/skills", ("traceparent", given)));
        Assert.Equal(Trace, answered[1]);
        Assert.NotEqual(Parent, answered[2]);
        Assert.Equal(flags, answered[3]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData($"00-{Trace}-{Parent}")]
    [InlineData($"00-{Trace}-{Parent}-1")]
    [InlineData($"00-{Trace}-{Parent}-01-more")]
    [InlineData($"00-{Trace}-{Parent}-012")]
    [InlineData($"cc-{Trace}-{Parent}-01.more")]
    [InlineData($"ff-{Trace}-{Parent}-01")]
    [InlineData("00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319g-b7ad6b7169203331-01")]
    [InlineData($"00-00000000000000000000000000000000-{Parent}-01")]
    [InlineData($"00-{Trace}-0000000000000000-01")]
    [InlineData($"00_{Trace}_{Parent}_01")]
    public async Task A_malformed_trace_is_ignored_and_a_new_one_begins(string? given)
    {
        var answered = TraceParent(await (given is null ? Ask("/v1/skills") : Ask("/v1/skills", ("traceparent", given))));
        Assert.NotEqual(Trace, answered[1]);
        Assert.Equal("00", answered[3]);
    }

    [Fact]
    public async Task Two_traces_are_none()
    {
        var given = $"00-{Trace}-{Parent}-01";
        Assert.NotEqual(Trace, TraceParent(await Ask("/v1/skills", ("traceparent", given), ("traceparent", given)))[1]);
    }

    [Fact]
    public async Task Each_call_has_an_id_and_a_span_of_its_own()
    {
        using var first = await Ask("/v1/skills");
        using var second = await Ask("/v1/skills");
        Assert.Matches("^[0-9a-f]{16}$", Id(first));
        Assert.NotEqual(Id(first), Id(second));
        Assert.NotEqual(TraceParent(first)[1], TraceParent(second)[1]);
        Assert.Equal(TraceParent(first)[2], Id(first));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("wx-2026-06-01_17.03")]
    [InlineData(
        "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789ab"
    )]
    public async Task The_id_of_the_caller_is_kept(string id)
    {
        id = id[..Math.Min(id.Length, 128)];
        using var answer = await Ask("/v1/skills", ("X-Request-Id", id));
        Assert.Equal(id, Id(answer));
    }

    [Theory]
    [InlineData("")]
    [InlineData("with blank")]
    [InlineData("a;b")]
    [InlineData("<script>")]
    [InlineData("\"quoted\"")]
    [InlineData("%0d%0aSet-Cookie")]
    [InlineData("订单")]
    [InlineData("a\tb")]
    public async Task An_id_that_is_not_fit_for_a_log_is_replaced(string id)
    {
        using var answer = await Ask("/v1/skills", ("X-Request-Id", id));
        Assert.Matches("^[0-9a-f]{16}$", Id(answer));
    }

    [Fact]
    public async Task An_id_that_is_too_long_or_given_twice_is_replaced()
    {
        using var longer = await Ask("/v1/skills", ("X-Request-Id", new string('a', 129)));
        Assert.Matches("^[0-9a-f]{16}$", Id(longer));
        using var twice = await Ask("/v1/skills", ("X-Request-Id", "one"), ("X-Request-Id", "two"));
        Assert.Matches("^[0-9a-f]{16}$", Id(twice));
    }

    [Theory]
    [InlineData("GET", "/v1/skills", 200)]
    [InlineData("GET", "/v1/skills?page=1", 400)]
    [InlineData("GET", "/v1/requests", 401)]
    [InlineData("GET", "/v1/nothing", 404)]
    [InlineData("DELETE", "/v1/skills", 405)]
    [InlineData("OPTIONS", "/v1/skills", 204)]
    [InlineData("HEAD", "/v1/skills", 200)]
    [InlineData("GET", "/health/live", 200)]
    [InlineData("GET", "/openapi/v1.json", 200)]
    [InlineData("GET", "/openapi/v9.json", 404)]
    [InlineData("GET", "/docs/index.html", 200)]
    public async Task Every_answer_names_its_call_and_a_problem_says_it_again(string method, string path, int status)
    {
        using var asked = new HttpRequestMessage(new HttpMethod(method), path);
        asked.Headers.Add("X-Request-Id", "call-1");
        asked.Headers.Add("traceparent", $"00-{Trace}-{Parent}-01");
        using var answer = await service.Anonymous().SendAsync(asked);
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("call-1", Id(answer));
        Assert.Equal(Trace, TraceParent(answer)[1]);
        if (status >= 400)
        {
            Assert.Equal("call-1", (await answer.Json()).Text("requestId"));
        }
    }

    [Fact]
    public async Task What_is_logged_for_a_call_stands_in_its_scope()
    {
        await (await Ask("/v1/skills", ("X-Request-Id", "call-to-be-found"), ("traceparent", $"00-{Trace}-{Parent}-01"))).Json();
        var lines = service.Lines.Where(line => line.Contains("RequestId:call-to-be-found", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(lines);
        Assert.All(lines, line => Assert.Contains($"TraceId:{Trace}", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_track_token_is_not_written_to_the_log()
    {
        var token = (await installed.Given.AnOpenRequest()).Text("trackToken");
        await installed.Anonymous().Read($"/v1/track/{token}");
        await installed.Anonymous().GetAsync($"/v1/track/{token}x").MustRefuse(HttpStatusCode.NotFound, "resource.unknown");
        Assert.NotEmpty(installed.Lines);
        Assert.All(installed.Lines, line => Assert.DoesNotContain(token, line, StringComparison.Ordinal));
    }

    private Task<HttpResponseMessage> Ask(string path, params (string Name, string Value)[] headers)
    {
        var asked = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers)
        {
            asked.Headers.TryAddWithoutValidation(name, value);
        }

        return service.Anonymous().SendAsync(asked);
    }

    private static string[] TraceParent(HttpResponseMessage answer)
    {
        var text = answer.Headers.GetValues("traceparent").Single();
        Assert.Matches("^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$", text);
        return text.Split('-');
    }

    private static string Id(HttpResponseMessage answer) => answer.Headers.GetValues("X-Request-Id").Single();

    /// <summary>A service whose log can be read, scopes included.</summary>
    public class AsInstalled : RunningService
    {
        private readonly ConcurrentQueue<string> lines = new();

        public IReadOnlyCollection<string> Lines => lines;

        protected override IEnumerable<string> Settings => ["--Logging:LogLevel:Default=Information"];

        protected override void Replace(IServiceCollection services) => services.AddSingleton<ILoggerProvider>(_ => new Log(lines));
    }

    public sealed class Logged : AsInstalled
    {
        protected override IEnumerable<string> Settings => ["--Logging:LogLevel:Microsoft.AspNetCore=Debug"];
    }

    private sealed class Log(ConcurrentQueue<string> lines) : ILoggerProvider, ISupportExternalScope
    {
        private IExternalScopeProvider scopes = new LoggerExternalScopeProvider();

        public ILogger CreateLogger(string categoryName) => new Writer(this);

        public void SetScopeProvider(IExternalScopeProvider scopeProvider) => scopes = scopeProvider;

        public void Dispose() { }

        private void Write(string line)
        {
            scopes.ForEachScope((scope, _) => line += " => " + scope, this);
            lines.Enqueue(line);
        }

        private sealed class Writer(Log log) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => log.scopes.Push(state);

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(
                LogLevel logLevel,
                EventId eventId,
                TState state,
                Exception? exception,
                Func<TState, Exception?, string> formatter
            ) => log.Write(formatter(state, exception));
        }
    }
}
