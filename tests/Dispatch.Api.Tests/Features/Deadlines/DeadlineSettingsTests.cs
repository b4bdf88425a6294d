using Dispatch.Api.Features.Deadlines;
using Dispatch.Domain.Calendar;
using Dispatch.Domain.Requests;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace Dispatch.Api.Tests.Features.Deadlines;

public sealed class DeadlineSettingsTests
{
    [Fact]
    public void A_union_sets_its_own_deadlines_for_all_urgencies_or_for_one()
    {
        var rules = new DeadlineRules(new WorkingCalendar([]), Read(("answer_high", "2 working_hours"), ("answer", "2 working_days")));

        Assert.Equal(new Span(2, SpanUnit.WorkingHours), rules.SpanOf(DeadlineKind.Answer, Urgency.High));
        Assert.Equal(new Span(2, SpanUnit.WorkingDays), rules.SpanOf(DeadlineKind.Answer, Urgency.Normal));
        Assert.Equal(new Span(15, SpanUnit.Minutes), rules.SpanOf(DeadlineKind.Answer, Urgency.Emergency));
        Assert.Equal(new Span(7, SpanUnit.Days), rules.SpanOf(DeadlineKind.SilentClosing, Urgency.Normal));
    }

    [Theory]
    [InlineData("anser", "2 working_days")]
    [InlineData("answer", "soon")]
    [InlineData("answer", "0 days")]
    [InlineData("answer", "2 fortnights")]
    public void A_setting_nobody_can_understand_stops_the_start(string name, string value) =>
        Assert.Throws<InvalidOperationException>(() => Read((name, value)));

    private static IReadOnlyDictionary<(DeadlineKind Kind, Urgency Urgency), Span> Read(params (string Name, string Value)[] settings) =>
        DeadlineSettings.Read(
            new ConfigurationBuilder()
                .AddInMemoryCollection(
                    settings.Select(setting => KeyValuePair.Create($"{DeadlineSettings.Section}:{setting.Name}", (string?)setting.Value))
                )
                .Build()
        );
}
