using System.Text.Json;
using Dispatch.Api.Features.Reference;
using Dispatch.Api.Storage;
using Dispatch.Domain.Calendar;
using Dispatch.Domain.Requests;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Dispatch.Api.Tests.Readme;

public sealed class DeadlinesTests(RunningService service) : IClassFixture<RunningService>
{
    [Theory]
    [InlineData("README.md", 2)]
    [InlineData("api-specs/guides/lifecycle.md", 1)]
    public void The_table_of_deadlines_is_the_one_the_service_goes_by(string page, int firstSpan)
    {
        var rules = service.Services.GetRequiredService<Catalogue>().Deadlines;
        Urgency[] columns = [Urgency.Normal, Urgency.High, Urgency.Emergency];
        var kept = Enum.GetValues<DeadlineKind>()
            .Select(kind => Words.Of(kind) + ": " + string.Join(", ", columns.Select(urgency => InWords(rules.SpanOf(kind, urgency)))));
        var told = Page.Rows(new Page(page).Section("## Deadlines"))
            .Select(row => row[0].Split(' ')[0] + ": " + string.Join(", ", row.Skip(firstSpan).Take(columns.Length)));
        Assert.Equal(kept, told);
    }

    private static string InWords(Span span)
    {
        var unit = JsonNamingPolicy.SnakeCaseLower.ConvertName(span.Unit.ToString()).Replace('_', ' ');
        return $"{span.Amount} {(span.Amount == 1 ? unit[..^1] : unit)}";
    }
}
