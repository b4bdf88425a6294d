using System.Diagnostics.Metrics;
using Dispatch.Api.Telemetry;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using Xunit;

namespace Dispatch.Api.Tests.Telemetry;

/// <summary>The Prometheus text, with what no label of this service ever holds.</summary>
public sealed class PrometheusTextTests : IDisposable
{
    private const string Awkward = "a \"quoted\" \\ back\nslash, {brace} 订单";
    private readonly Meter meter = new("PrometheusTextTests-" + Guid.NewGuid());
    private readonly PrometheusText text = new();
    private readonly MeterProvider provider;

    public PrometheusTextTests() =>
        provider = Sdk.CreateMeterProviderBuilder().AddMeter(meter.Name).AddReader(new BaseExportingMetricReader(text)).Build();

    public void Dispose()
    {
        provider.Dispose();
        meter.Dispose();
        text.Dispose();
    }

    [Fact]
    public void What_a_label_holds_comes_back_as_it_was()
    {
        meter.CreateCounter<long>("a.count", null, "Said \\ and\nsaid.").Add(3, new KeyValuePair<string, object?>("with.dot", Awkward));
        var read = Exposition.Read(text.Write());
        var family = read.Families["a_count_total"];
        Assert.Equal((3, Awkward), (family.Samples[0].Value, family.Samples[0].Labels["with_dot"]));
        Assert.Equal("Said \\\\ and\\nsaid.", family.Help);
    }

    [Fact]
    public void A_unit_is_part_of_the_name_and_only_what_grows_is_a_total()
    {
        meter.CreateCounter<double>("one.time", "s", "x").Add(0.25);
        meter.CreateUpDownCounter<long>("two.level", "{thing}", "x").Add(-2);
        meter.CreateObservableGauge("three.size", () => 1.5e300, "By", "x");
        var read = Exposition.Read(text.Write());
        Assert.Equal(0.25, read.Value("one_time_seconds_total"));
        Assert.Equal(("gauge", -2), (read.Families["two_level"].Type, read.Value("two_level")));
        Assert.Equal(1.5e300, read.Value("three_size_bytes"));
    }

    [Fact]
    public void A_histogram_adds_up()
    {
        var times = meter.CreateHistogram(
            "a.wait",
            "s",
            "x",
            null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 1, 2.5] }
        );
        foreach (var time in new[] { 0.5, 0.6, 1, 2, 9 })
        {
            times.Record(time, new KeyValuePair<string, object?>("kind", "one"));
        }

        times.Record(1, new KeyValuePair<string, object?>("kind", "other"));
        var read = Exposition.Read(text.Write());
        Assert.Equal(
            [1, 3, 4, 5],
            new[] { "0.5", "1", "2.5", "+Inf" }.Select(le => read.Value("a_wait_seconds_bucket", ("kind", "one"), ("le", le)))
        );
        Assert.Equal(5, read.Value("a_wait_seconds_count", ("kind", "one")));
        Assert.Equal(13.1, read.Value("a_wait_seconds_sum", ("kind", "one")), 6);
        Assert.Equal(1, read.Value("a_wait_seconds_count", ("kind", "other")));
    }

    [Fact]
    public async Task Whoever_asks_at_the_same_moment_is_told_what_was_before()
    {
        var counter = meter.CreateCounter<long>("many", null, "x");
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 200),
            (_, _) =>
            {
                counter.Add(1);
                Assert.InRange(Exposition.Read(text.Write()).Value("many_total"), 1, 200);
                return ValueTask.CompletedTask;
            }
        );
        Assert.Equal(200, Exposition.Read(text.Write()).Value("many_total"));
    }

    [Theory]
    [InlineData("a 1\n")]
    [InlineData("# HELP a x\n# TYPE a gauge\na 1")]
    [InlineData("# HELP a x\n# TYPE a gauge\na 1\n\n")]
    [InlineData("# HELP a x\n# TYPE a gauge\na 1\na 2\n")]
    [InlineData("# HELP a x\n# TYPE a gauge\na{b=\"c\\d\"} 1\n")]
    [InlineData("# HELP a x\n# TYPE a gauge\na{b=\"c\",b=\"d\"} 1\n")]
    [InlineData("# HELP a x\n# TYPE a gauge\na{b=\"c\" 1\n")]
    [InlineData("# HELP a x\n# TYPE a gauge\na NaN\n")]
    [InlineData("# HELP a x\n# TYPE a gauge\na 1,5\n")]
    [InlineData("# HELP a x\n# TYPE a counter\na 1\n")]
    [InlineData("# HELP a x\n# TYPE b gauge\na 1\n")]
    [InlineData("# HELP a x\n# TYPE a gauge\n")]
    [InlineData("# HELP a x\n# TYPE a gauge\na 1\n# HELP a x\n# TYPE a gauge\na{b=\"c\"} 1\n")]
    [InlineData("# HELP a x\n# TYPE a histogram\na_bucket{le=\"1\"} 2\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 1\n")]
    [InlineData("# HELP a x\n# TYPE a histogram\na_bucket{le=\"1\"} 1\na_bucket{le=\"+Inf\"} 2\na_sum 1\na_count 1\n")]
    [InlineData("# HELP a x\n# TYPE a histogram\na_bucket{le=\"1\"} 1\na_sum 1\na_count 1\n")]
    public void The_reader_of_these_tests_forgives_nothing(string wrong) => Assert.ThrowsAny<Exception>(() => Exposition.Read(wrong));
}
