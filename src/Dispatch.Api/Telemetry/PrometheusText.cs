using System.Globalization;
using System.Text;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Dispatch.Api.Telemetry;

/// <summary>The figures in the Prometheus text format 0.0.4. The package that would write it is not released, only its betas are.</summary>
internal sealed class PrometheusText : BaseExporter<Metric>, IPullMetricExporter
{
    public const string Format = "text/plain; version=0.0.4; charset=utf-8";

    private readonly Lock writing = new();
    private string text = "";

    public Func<int, bool>? Collect { get; set; }

    /// <summary>Everything as it is now.</summary>
    public string Write()
    {
        // Who collects at the same moment would be given the other's collection, and so perhaps what was before his.
        lock (writing)
        {
            if (!Collect!(Timeout.Infinite))
            {
                throw new InvalidOperationException("The figures could not be collected.");
            }

            return text;
        }
    }

    public override ExportResult Export(in Batch<Metric> batch)
    {
        var written = new StringBuilder();
        foreach (var metric in batch)
        {
            Family(written, metric);
        }

        text = written.ToString();
        return ExportResult.Success;
    }

    /// <summary>The name of an instrument as Prometheus has it: words joined by underscores, then the unit, then <c>_total</c> of what only grows.</summary>
    public static string NameOf(Metric metric)
    {
        var unit = metric.Unit switch
        {
            "s" => "_seconds",
            "By" => "_bytes",
            _ => "",
        };
        var total = metric.MetricType is MetricType.LongSum or MetricType.DoubleSum ? "_total" : "";
        return metric.Name.Replace('.', '_') + unit + total;
    }

    private static void Family(StringBuilder written, Metric metric)
    {
        var name = NameOf(metric);
        var type = metric.MetricType switch
        {
            MetricType.LongSum or MetricType.DoubleSum => "counter",
            MetricType.Histogram => "histogram",
            _ => "gauge",
        };
        written.Append("# HELP ").Append(name).Append(' ').Append(OfHelp(metric.Description)).Append('\n');
        written.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
        foreach (ref readonly var point in metric.GetMetricPoints())
        {
            var labels = Labels(point.Tags);
            if (metric.MetricType == MetricType.Histogram)
            {
                Histogram(written, name, labels, point);
            }
            else
            {
                Sample(written, name, labels, Value(metric.MetricType, point));
            }
        }
    }

    private static void Histogram(StringBuilder written, string name, string labels, MetricPoint point)
    {
        var below = 0L;
        foreach (var bucket in point.GetHistogramBuckets())
        {
            below += bucket.BucketCount;
            var bound = $"le=\"{Number(bucket.ExplicitBound)}\"";
            Sample(written, name + "_bucket", labels.Length == 0 ? bound : $"{labels},{bound}", below);
        }

        Sample(written, name + "_sum", labels, point.GetHistogramSum());
        Sample(written, name + "_count", labels, point.GetHistogramCount());
    }

    private static double Value(MetricType type, MetricPoint point) =>
        type switch
        {
            MetricType.LongSum or MetricType.LongSumNonMonotonic => point.GetSumLong(),
            MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic => point.GetSumDouble(),
            MetricType.LongGauge => point.GetGaugeLastValueLong(),
            _ => point.GetGaugeLastValueDouble(),
        };

    private static void Sample(StringBuilder written, string name, string labels, double value)
    {
        written.Append(name);
        if (labels.Length > 0)
        {
            written.Append('{').Append(labels).Append('}');
        }

        written.Append(' ').Append(Number(value)).Append('\n');
    }

    private static string Labels(ReadOnlyTagCollection tags)
    {
        var labels = new StringBuilder();
        foreach (var (label, value) in tags)
        {
            labels.Append(labels.Length == 0 ? "" : ",").Append(label.Replace('.', '_'));
            labels.Append("=\"").Append(OfLabel(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "")).Append('"');
        }

        return labels.ToString();
    }

    private static string Number(double value) =>
        double.IsPositiveInfinity(value) ? "+Inf"
        : double.IsNegativeInfinity(value) ? "-Inf"
        : value.ToString("R", CultureInfo.InvariantCulture);

    private static string OfHelp(string said) =>
        said.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static string OfLabel(string said) => OfHelp(said).Replace("\"", "\\\"", StringComparison.Ordinal);
}
