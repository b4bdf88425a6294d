using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Dispatch.Api.Tests.Telemetry;

/// <summary>Stands where a site has its collector, and keeps every byte it is sent (OTLP over HTTP).</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly WebApplication app;

    private Collector(WebApplication app) => this.app = app;

    public ConcurrentQueue<byte[]> Metrics { get; } = [];

    public ConcurrentQueue<byte[]> Traces { get; } = [];

    public Uri Address => new(app.Urls.Single());

    public static async Task<Collector> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var collector = new Collector(builder.Build());
        collector.app.MapPost("/v1/metrics", (HttpContext http) => Keep(http, collector.Metrics));
        collector.app.MapPost("/v1/traces", (HttpContext http) => Keep(http, collector.Traces));
        await collector.app.StartAsync();
        return collector;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private static async Task Keep(HttpContext http, ConcurrentQueue<byte[]> kept)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        kept.Enqueue(body.ToArray());
        http.Response.ContentType = "application/x-protobuf";
    }
}

/// <summary>One field of a protobuf message, as far as OTLP needs it.</summary>
internal sealed record Field(int Number, byte[] Bytes, ulong Fixed)
{
    public string Text => Encoding.UTF8.GetString(Bytes);

    public double Double => BitConverter.UInt64BitsToDouble(Fixed);

    public IEnumerable<Field> All(int number) => Of(Bytes).Where(field => field.Number == number);

    public Field? One(int number) => All(number).SingleOrDefault();

    public static IEnumerable<Field> Of(byte[] message)
    {
        for (var at = 0; at < message.Length; )
        {
            var key = Varint(message, ref at);
            var number = (int)(key >> 3);
            switch (key & 7)
            {
                case 0:
                    yield return new Field(number, [], Varint(message, ref at));
                    break;
                case 1:
                    yield return new Field(number, [], BinaryPrimitives.ReadUInt64LittleEndian(message.AsSpan(at, 8)));
                    at += 8;
                    break;
                case 5:
                    yield return new Field(number, [], BinaryPrimitives.ReadUInt32LittleEndian(message.AsSpan(at, 4)));
                    at += 4;
                    break;
                default:
                    var length = (int)Varint(message, ref at);
                    yield return new Field(number, message[at..(at + length)], 0);
                    at += length;
                    break;
            }
        }
    }

    private static ulong Varint(byte[] message, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var next = message[at++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }
}

/// <summary>A span as it was sent.</summary>
internal sealed record SentSpan(
    string Trace,
    string Id,
    string Parent,
    string Name,
    IReadOnlyDictionary<string, string> Attributes,
    ulong From,
    ulong To
);

/// <summary>What OTLP says (opentelemetry-proto 1.x), read by its field numbers.</summary>
internal static class Otlp
{
    /// <summary>Name and labels to the value, or to count and sum of a histogram: of the last time they were sent.</summary>
    public static IReadOnlyDictionary<string, (double Value, double Sum)> Points(IEnumerable<byte[]> sent)
    {
        var points = new Dictionary<string, (double, double)>(StringComparer.Ordinal);
        var metrics = sent.SelectMany(Field.Of).SelectMany(resource => resource.All(2)).SelectMany(scope => scope.All(2));
        foreach (var metric in metrics)
        {
            var name = metric.One(1)!.Text;
            foreach (var point in metric.All(5).Concat(metric.All(7)).SelectMany(data => data.All(1)))
            {
                var value = point.One(4)?.Double ?? (double)(long)(point.One(6)?.Fixed ?? 0);
                points[$"{name} {Labels(point.All(7))}"] = (value, 0);
            }

            foreach (var point in metric.All(9).SelectMany(data => data.All(1)))
            {
                points[$"{name} {Labels(point.All(9))}"] = (point.One(4)?.Fixed ?? 0, point.One(5)?.Double ?? 0);
            }
        }

        return points;
    }

    public static IReadOnlyList<SentSpan> Spans(IEnumerable<byte[]> sent) =>
        [
            .. sent.SelectMany(Field.Of)
                .SelectMany(resource => resource.All(2))
                .SelectMany(scope => scope.All(2))
                .Select(span => new SentSpan(
                    Convert.ToHexStringLower(span.One(1)!.Bytes),
                    Convert.ToHexStringLower(span.One(2)!.Bytes),
                    Convert.ToHexStringLower(span.One(4)?.Bytes ?? []),
                    span.One(5)!.Text,
                    span.All(9).ToDictionary(attribute => attribute.One(1)!.Text, Said, StringComparer.Ordinal),
                    span.One(7)!.Fixed,
                    span.One(8)!.Fixed
                )),
        ];

    private static string Labels(IEnumerable<Field> attributes) =>
        string.Join(
            ',',
            attributes.Select(attribute => $"{attribute.One(1)!.Text.Replace('.', '_')}={Said(attribute)}").Order(StringComparer.Ordinal)
        );

    private static string Said(Field attribute)
    {
        var value = attribute.One(2)!;
        return value.One(1)?.Text ?? value.One(3)?.Fixed.ToString() ?? value.One(2)?.Fixed.ToString() ?? "";
    }
}
