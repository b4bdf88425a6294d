using System.Text.Json.Serialization;
using Dispatch.Api.Features.Reference;
using Dispatch.Api.Generating;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Auditing;
using Dispatch.Domain.Calendar;
using Dispatch.Domain.Geography;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Reports;

/// <summary>The figures of a month that is over become what was reported. Whatever is corrected later stands in the month it is corrected in.</summary>
/// <param name="Region">A province or a city; the caller's own unless given.</param>
internal sealed record CloseReportPeriod(string? Region = null) : ICommand<ReportPeriodView>
{
    [JsonIgnore]
    public string Month { get; init; } = "";
}

internal static class CloseReportPeriodEndpoint
{
    public static void MapCloseReportPeriod(this IEndpointRouteBuilder periods) =>
        periods
            .MapPost("/{month}/close", Post)
            .WithName(nameof(CloseReportPeriod))
            .WithSummary("Close a month: freeze and sign its figures")
            .ActsOnce()
            .Goes(Precedence.Last);

    private static Task<ReportPeriodView> Post(string month, CloseReportPeriod command, IMediator mediator, CancellationToken ct) =>
        mediator.Send(command with { Month = month }, ct);
}

internal sealed class CloseReportPeriodValidator : AbstractValidator<CloseReportPeriod>
{
    public CloseReportPeriodValidator() => RuleFor(c => c.Region).MaximumLength(20);
}

internal sealed class CloseReportPeriodHandler(
    Session db,
    Caller caller,
    Catalogue catalogue,
    FigureReader reader,
    FigureBook book,
    ReportPeriods periods,
    AuditKey key,
    AuditTrail trail,
    TimeProvider clock
) : IRequestHandler<CloseReportPeriod, ReportPeriodView>
{
    private const int AtOnce = 200;

    public async Task<ReportPeriodView> Handle(CloseReportPeriod command, CancellationToken cancellationToken)
    {
        var first = ReportPeriods.FirstDay(command.Month);
        var region = Region(command.Region ?? caller.RegionCode);
        if (ShanghaiTime.DayOf(clock.GetUtcNow()) < first.AddMonths(1))
        {
            throw new Refused(
                ProblemKinds.PeriodNotOver,
                "这个月还没有结束，结束后才能结账。",
                "This month is not over. It can be closed when it is."
            );
        }

        await reader.WaitingIds();
        // What was done before this is in it; what is booked after it corrects it.
        while (await book.BookSome(AtOnce) > 0)
        {
            // The next of those that wait.
        }

        if (await periods.Find(command.Month, region.Code) is not null)
        {
            throw new Refused(
                ProblemKinds.PeriodClosed,
                "这个月已经结账。此后的更正记在更正当月。",
                "This month is closed. What is corrected now stands in the month it is corrected in."
            );
        }

        trail.Concerns(region.Code);
        return await periods.View(await Freeze(command.Month, region.Code));
    }

    private async Task<ReportPeriodRow> Freeze(string month, string region)
    {
        var now = clock.GetUtcNow();
        var closedAt = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond));
        var figures = FrozenFigures.Text(month, region, await periods.Sums(month, region), (await SyntheticYear.Of(db))?.Scenario);
        var digest = AuditChain.Digest(figures);
        var row = new ReportPeriodRow
        {
            Month = month,
            RegionCode = region,
            ClosedAt = closedAt,
            ClosedBy = caller.Subject,
            Figures = figures,
            Digest = digest,
            SigningKey = key.Id,
            Signature = key.Sign(FrozenFigures.Signed(month, region, closedAt, digest, key.Id)),
        };
        await db.Execute(
            $"""
            insert into report_period ({ReportPeriods.Columns})
            values (@Month, @RegionCode, @ClosedAt, @ClosedBy, @Figures, @Digest, @SigningKey, @Signature)
            """,
            row
        );
        return row;
    }

    private Region Region(string? code)
    {
        var region = catalogue.Regions.Find(code);
        if (region is not { Level: RegionLevel.Province or RegionLevel.City })
        {
            throw Refused.Field(
                "#/region",
                "region_level",
                "结账以省或市为单位，请写明省或市的行政区划代码。",
                "Months are closed by province or city. Name one by its code."
            );
        }

        return caller.RegionCode is null || catalogue.Regions.IsWithin(region.Code, caller.RegionCode)
            ? region
            : throw Refused.Field("#/region", "region_not_yours", "该地区不在你的管辖范围内。", "This region is not within your own.");
    }
}
