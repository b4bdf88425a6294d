using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Dispatch.Faults.Ground;
using Dispatch.Faults.Load;

namespace Dispatch.Faults.Catalogue;

/// <summary>Bodies, addresses and headers that are huge, deep, packed or broken: each is refused as the caller's fault and soon, and memory stays what
/// it was.</summary>
internal sealed class HostileBodies : Fault
{
    private const int AtOnce = 16;
    private const int Megabyte = 1024 * 1024;
    private const int StreamedMegabytes = 8;
    private const long MostGrowth = 200;
    private const double LongestAnswer = 10;

    public override string Name => "F30-hostile-bodies";

    public override string Means => "bodies, addresses and headers that are huge, deep, packed or broken";

    public override string Defect => DefectiveService.ReadsEverything;

    public override int Rounds => 20;

    public override async Task Run(Site site, int rounds, Tally tally)
    {
        var node = await site.Start();
        using var hostile = new HttpClient { BaseAddress = node.Client.BaseAddress, Timeout = TimeSpan.FromMinutes(1) };
        // What the first of everything takes is no growth.
        await Round(node, hostile, tally);
        var (atFirst, slowest) = (node.ResidentMegabytes, 0.0);
        for (var round = 1; site.Goes(round, rounds); round++)
        {
            slowest = Math.Max(slowest, await Round(node, hostile, tally));
            tally.Rounds++;
            if (node.ResidentMegabytes - atFirst > MostGrowth)
            {
                tally.Break($"memory grew from {atFirst} to {node.ResidentMegabytes} MB");
                break;
            }
        }

        tally.Notes.Add(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Cases.Count} kinds, {AtOnce} at once: answered in {slowest:F1} s at most; memory {atFirst} MB after the first round, {node.ResidentMegabytes} MB at the end"
            )
        );
        if (slowest > LongestAnswer)
        {
            tally.Break($"a refusal took {slowest:F1} s");
        }

        var after = await new Attempt(
            "/v1/requests",
            System.Text.Json.JsonSerializer.Serialize(Load.Load.Call(new Random(1))),
            node.Officer,
            "after",
            true
        ).Send(node.Client);
        if (!after.IsAcknowledged)
        {
            tally.Break($"an honest request is not taken afterwards: {after.Answer}");
        }

        tally.Acknowledged++;
        tally.Break(await site.Checker().Broken());
    }

    private static async Task<double> Round(ServiceProcess node, HttpClient hostile, Tally tally)
    {
        var slowest = 0.0;
        foreach (var (name, make) in Cases)
        {
            var clock = Stopwatch.StartNew();
            var answers = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => Send(hostile, node.Officer, make())));
            slowest = Math.Max(slowest, clock.Elapsed.TotalSeconds);
            foreach (var answer in answers.Where(answer => answer is not (null or >= 400 and < 500)).Distinct())
            {
                tally.Break($"{name} was answered {answer}");
            }

            tally.Refused += AtOnce;
        }

        return slowest;
    }

    /// <summary>The status, or null where the server hung up.</summary>
    private static async Task<int?> Send(HttpClient hostile, string token, HttpRequestMessage message)
    {
        using (message)
        {
            message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            message.Headers.TryAddWithoutValidation("Idempotency-Key", Guid.NewGuid().ToString());
            try
            {
                using var answer = await hostile.SendAsync(message);
                return (int)answer.StatusCode;
            }
            catch (HttpRequestException)
            {
                return null;
            }
        }
    }

    private static readonly IReadOnlyList<(string Name, Func<HttpRequestMessage> Make)> Cases =
    [
        ("a body of 2 MB", () => Json($$"""{"text":"{{new string('a', 2 * Megabyte)}}"}""")),
        ("a body without an end", () => Post(new StreamContent(new Endless(StreamedMegabytes * Megabyte)), "application/json")),
        ("10,000 levels", () => Json($"{{\"requester\":{new string('[', 10_000)}{new string(']', 10_000)}}}")),
        ("half a body", () => Json("""{"requester":{"kind":"farmer","na""")),
        ("a number beyond numbers", () => Json("""{"location":{"regionCode":"331083","lat":1e999,"lng":121}}""")),
        ("10,000 times the same member", () => Json($"{{{string.Join(',', Enumerable.Repeat("\"text\":\"a\"", 10_000))}}}")),
        ("100,000 skills", () => Json($"{{\"skills\":[{string.Join(',', Enumerable.Repeat("{}", 100_000))}]}}")),
        ("what is no UTF-8", () => Post(new ByteArrayContent([(byte)'{', 0xff, 0xfe, 0xc0, (byte)'}']), "application/json")),
        ("a million escaped nothings", () => Json($"{{\"text\":\"{string.Concat(Enumerable.Repeat("\\u0000", 100_000))}\"}}")),
        ("a packed bomb", () => Packed(64)),
        ("10,000 parts", Parts),
        ("100,000 questions", () => new(HttpMethod.Get, $"/v1/requests?{string.Join('&', Enumerable.Repeat("a=1", 100_000))}")),
        ("64 kB of headers", Headed),
    ];

    private static HttpRequestMessage Json(string body) => Post(new StringContent(body, Encoding.UTF8), "application/json");

    private static HttpRequestMessage Post(HttpContent content, string type)
    {
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        return new HttpRequestMessage(HttpMethod.Post, "/v1/requests") { Content = content };
    }

    private static HttpRequestMessage Packed(int megabytes)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            var block = new byte[Megabyte];
            for (var block0 = 0; block0 < megabytes; block0++)
            {
                gzip.Write(block);
            }
        }

        var message = Post(new ByteArrayContent(packed.ToArray()), "application/json");
        message.Content!.Headers.ContentEncoding.Add("gzip");
        return message;
    }

    private static HttpRequestMessage Parts()
    {
        var parts = new MultipartFormDataContent();
        for (var part = 0; part < 10_000; part++)
        {
            parts.Add(new StringContent("a"), $"p{part}");
        }

        return new HttpRequestMessage(HttpMethod.Post, "/v1/requests") { Content = parts };
    }

    private static HttpRequestMessage Headed()
    {
        var message = Json("{}");
        for (var header = 0; header < 8; header++)
        {
            message.Headers.TryAddWithoutValidation($"X-Much-{header}", new string('a', 8000));
        }

        return message;
    }

    /// <summary>Zeros, sent in chunks: its length is not told.</summary>
    private sealed class Endless(int length) : Stream
    {
        private int left = length;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var now = Math.Min(left, count);
            Array.Fill(buffer, (byte)'0', offset, now);
            left -= now;
            return now;
        }

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
