using System.Globalization;
using Dispatch.Api.Storage;
using Dispatch.Domain.Calendar;
using Dispatch.Domain.Requests;

namespace Dispatch.Api.Features.Deadlines;

/// <summary>
/// A union's own deadlines: <c>Dispatch:Deadlines:first_visit = 3 working_days</c> for every urgency but emergencies,
/// <c>Dispatch:Deadlines:answer_high = 2 working_hours</c> for one. What is not set stays as published.
/// </summary>
internal static class DeadlineSettings
{
    public const string Section = "Dispatch:Deadlines";

    public static IReadOnlyDictionary<(DeadlineKind Kind, Urgency Urgency), Span> Read(IConfiguration configuration)
    {
        var own = new Dictionary<(DeadlineKind, Urgency), Span>();
        // The setting for all urgencies comes before the ones for a single urgency, which stand over it.
        foreach (var setting in configuration.GetSection(Section).GetChildren().OrderBy(setting => setting.Key.Length))
        {
            var span = SpanOf(setting);
            foreach (var (kind, urgency) in Meant(setting.Key))
            {
                own[(kind, urgency)] = span;
            }
        }

        return own;
    }

    private static List<(DeadlineKind, Urgency)> Meant(string name)
    {
        var meant =
            from kind in Enum.GetValues<DeadlineKind>()
            from urgency in Enum.GetValues<Urgency>()
            where (name == Words.Of(kind) && urgency != Urgency.Emergency) || name == $"{Words.Of(kind)}_{Words.Of(urgency)}"
            select (kind, urgency);
        var found = meant.ToList();
        return found.Count > 0
            ? found
            : throw new InvalidOperationException(
                $"{Section}:{name} names no deadline. They are {string.Join(", ", Words.All<DeadlineKind>())}, each also with an urgency behind it (answer_high)."
            );
    }

    private static Span SpanOf(IConfigurationSection setting)
    {
        var parts = (setting.Value ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return
            parts.Length == 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var amount)
            && amount > 0
            && Words.TryTo<SpanUnit>(parts[1], out var unit)
            ? new Span(amount, unit)
            : throw new InvalidOperationException(
                $"{setting.Path} must be a number and one of {string.Join(", ", Words.All<SpanUnit>())}, such as \"4 working_hours\"."
            );
    }
}
