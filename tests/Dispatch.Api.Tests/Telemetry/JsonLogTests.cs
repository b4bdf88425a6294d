using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using Xunit;

namespace Dispatch.Api.Tests.Telemetry;

/// <summary>The log as lines of JSON, written by the console's own formatter as it is configured.</summary>
public sealed class JsonLogTests(JsonLogTests.Logging service) : IClassFixture<JsonLogTests.Logging>
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";

    [Fact]
    public async Task Every_line_of_a_call_holds_its_request_id_and_its_trace()
    {
        using var asked = new HttpRequestMessage(HttpMethod.Get, "/v1/accounts");
        asked.Headers.Add("X-Request-Id", "call-in-json");
        asked.Headers.Add("traceparent", $"00-{Trace}-b7ad6b7169203331-01");
        using var answer = await service.As("requester").SendAsync(asked);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        var lines = service.Lines.Where(line => line.Contains("call-in-json", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(lines);
        Assert.All(lines, line => Assert.Single(line.TrimEnd('\n').Split('\n')));
        var said = Assert.Single(
            lines.Select(line => JsonNode.Parse(line)!),
            line => line["State"]?["Refusal"]?.GetValue<string>() == "forbidden"
        );
        Assert.Equal("ListAccounts", said["State"]!.Text("Operation"));
        Assert.Equal("Information", said.Text("LogLevel"));
        var scope = Assert.Single(
            said["Scopes"]!.AsArray(),
            scope => scope is JsonObject held && held["RequestId"]?.GetValue<string>() == "call-in-json"
        )!;
        Assert.Equal(Trace, scope.Text("TraceId"));
    }

    /// <summary>Keeps what the console would print.</summary>
    public sealed class Logging : RunningService, ILoggerProvider, ISupportExternalScope
    {
        private IExternalScopeProvider scopes = new LoggerExternalScopeProvider();

        public ConcurrentQueue<string> Lines { get; } = [];

        protected override IEnumerable<string> Settings =>
            ["--Logging:Console:FormatterName=json", "--Logging:LogLevel:Default=Information"];

        protected override void Replace(IServiceCollection services) => services.AddSingleton<ILoggerProvider>(this);

        public ILogger CreateLogger(string categoryName) => new Line(this, categoryName);

        public void SetScopeProvider(IExternalScopeProvider scopeProvider) => scopes = scopeProvider;

        public void Dispose() { }

        private void Write<TState>(in LogEntry<TState> entry)
        {
            var chosen = Services.GetRequiredService<IOptionsMonitor<ConsoleLoggerOptions>>().CurrentValue.FormatterName;
            var formatter = Services.GetServices<ConsoleFormatter>().Single(formatter => formatter.Name == chosen);
            using var line = new StringWriter();
            formatter.Write(entry, scopes, line);
            Lines.Enqueue(line.ToString());
        }

        private sealed class Line(Logging log, string category) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => log.scopes.Push(state);

            // Before the service is built there is no console to ask.
            public bool IsEnabled(LogLevel logLevel) => log.Given is not null;

            public void Log<TState>(
                LogLevel logLevel,
                EventId eventId,
                TState state,
                Exception? exception,
                Func<TState, Exception?, string> formatter
            )
            {
                if (IsEnabled(logLevel))
                {
                    log.Write(new LogEntry<TState>(logLevel, category, eventId, state, exception, formatter));
                }
            }
        }
    }
}
