using System.Diagnostics.Metrics;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Dispatch.Api.Telemetry;

/// <summary>Who hears what is measured: <c>/metrics</c> always, a collector by OTLP where one is configured, and nobody else.</summary>
internal static class TelemetrySetup
{
    private const string OwnKey = "Dispatch:Otlp";
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string MetricsEndpoint = "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT";
    private const string TracesEndpoint = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
    private const string Runtime = "System.Runtime";

    // Of the runtime the few that explain a slow service.
    private static readonly string[] OfRuntime = ["dotnet.process.cpu.time", "dotnet.process.memory.working_set", "dotnet.gc.pause.time"];

    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        var (services, configuration) = (builder.Services, builder.Configuration);
        // The exporters read the standard names, with all that belongs to them.
        if (configuration[OwnKey] is { Length: > 0 } own && configuration[Endpoint] is not { Length: > 0 })
        {
            configuration.AddInMemoryCollection([new(Endpoint, own)]);
        }

        services.AddSingleton<Instruments>();
        services.AddSingleton<PrometheusText>();
        var telemetry = services
            .AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("dispatch", autoGenerateServiceInstanceId: true))
            .WithMetrics(metrics => metrics.AddMeter(Instruments.MeterName, Runtime));
        services.ConfigureOpenTelemetryMeterProvider(
            (provider, metrics) =>
            {
                var own = provider.GetRequiredService<Instruments>().Meter;
                metrics.AddView(instrument => Hears(own, instrument) ? null : MetricStreamConfiguration.Drop);
                metrics.AddReader(new BaseExportingMetricReader(provider.GetRequiredService<PrometheusText>()));
            }
        );
        if (IsSet(configuration, Endpoint, MetricsEndpoint))
        {
            telemetry.WithMetrics(metrics => metrics.AddOtlpExporter());
            services.AddHostedService<FiguresLoop>();
        }

        if (IsSet(configuration, Endpoint, TracesEndpoint))
        {
            telemetry.WithTracing(traces =>
                traces
                    .AddSource(Spans.SourceName, "Microsoft.AspNetCore", "System.Net.Http", "Npgsql")
                    .AddProcessor<WhatMayLeave>()
                    .AddOtlpExporter()
            );
            services.AddSingleton<WhatMayLeave>();
        }
    }

    /// <summary>From here on it is counted.</summary>
    public static void UseTelemetry(this WebApplication app)
    {
        app.Services.GetRequiredService<MeterProvider>();
        app.Services.GetRequiredService<Instruments>().ShowZeros();
        app.UseCallTimes();
    }

    /// <summary>A wrong address would be noticed by nobody: what cannot be sent is dropped in silence.</summary>
    public static void DemandAddress(IConfiguration configuration)
    {
        foreach (var key in new[] { OwnKey, Endpoint, MetricsEndpoint, TracesEndpoint })
        {
            if (
                configuration[key] is { Length: > 0 } given
                && (
                    !Uri.TryCreate(given, UriKind.Absolute, out var address)
                    || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps)
                    || address.UserInfo.Length > 0
                )
            )
            {
                throw new InvalidOperationException(
                    $"{key} must be an http or https address without a user name, such as http://localhost:4317. Credentials belong in OTEL_EXPORTER_OTLP_HEADERS."
                );
            }
        }
    }

    // Other services in this process, as in tests, have meters of the same name.
    private static bool Hears(Meter own, Instrument instrument) =>
        ReferenceEquals(instrument.Meter, own) || (instrument.Meter.Name == Runtime && OfRuntime.Contains(instrument.Name));

    private static bool IsSet(IConfiguration configuration, params string[] keys) =>
        Array.Exists(keys, key => configuration[key] is { Length: > 0 });
}
