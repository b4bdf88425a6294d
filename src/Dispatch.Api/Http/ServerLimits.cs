using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Dispatch.Api.Http;

/// <summary>What the server itself grants a connection before any of our code runs: sizes, times, rates, how many at once.</summary>
internal static class ServerLimits
{
    public const int LargestBody = 1024 * 1024;

    /// <summary>Beyond it the server answers a bare 414 and hangs up; <see cref="RequestSizes"/> says it in words from half of it on.</summary>
    public const int LongestRequestLine = 16 * 1024;

    /// <summary>Beyond it the server answers a bare 431 and hangs up; <see cref="RequestSizes"/> says it in words from half of it on.</summary>
    public const int LargestHeaders = 64 * 1024;
    public const int MostHeaders = 100;
    public const int MostConnections = 10_000;
    public const int MostStreams = 100;

    /// <summary>Bytes a second, either way, after <see cref="Grace"/>.</summary>
    public const int SlowestRate = 240;
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);
    public static readonly TimeSpan LongestHead = TimeSpan.FromSeconds(15);
    public static readonly TimeSpan LongestIdle = TimeSpan.FromSeconds(75);

    private const string NoBareLineFeeds = "Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators";

    public static void Set(KestrelServerOptions kestrel, IConfiguration configuration)
    {
        // Where a proxy before the service sees one line, it must not see two.
        AppContext.SetSwitch(NoBareLineFeeds, isEnabled: true);
        var rate = new MinDataRate(SlowestRate, Grace);
        kestrel.AddServerHeader = false;
        var limits = kestrel.Limits;
        limits.MaxRequestBodySize = LargestBody;
        limits.MaxRequestLineSize = LongestRequestLine;
        limits.MaxRequestHeadersTotalSize = LargestHeaders;
        limits.MaxRequestHeaderCount = MostHeaders;
        limits.MaxConcurrentConnections = MostConnections;
        // Nothing is upgraded here.
        limits.MaxConcurrentUpgradedConnections = 0;
        limits.MinRequestBodyDataRate = rate;
        limits.MinResponseDataRate = rate;
        limits.RequestHeadersTimeout = LongestHead;
        limits.KeepAliveTimeout = LongestIdle;
        limits.Http2.MaxStreamsPerConnection = MostStreams;
        var gate = new ConnectionGate(configuration);
        kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Use(next => connection => gate.Pass(connection, next)));
    }
}
