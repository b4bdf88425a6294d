using Dispatch.Api.Features.Reference;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Approvals;

/// <summary>An office asks for the requests of a region as a file, with names, telephone numbers and addresses. Another must approve it.</summary>
/// <param name="RegionCode">And all below; the caller's own region unless given.</param>
/// <param name="From">Submitted on this day or later, in Shanghai.</param>
/// <param name="To">Submitted on this day or earlier.</param>
internal sealed record AskExport(DateOnly From, DateOnly To, string Reason, string? RegionCode = null) : ICreates<ApprovalView>;

internal static class AskExportEndpoint
{
    public static void MapAskExport(this IEndpointRouteBuilder exports) =>
        exports
            .MapPost("/", Post)
            .WithName(nameof(AskExport))
            .WithSummary("Ask for requests with names and telephone numbers as a file")
            .Creates<ApprovalView>();

    private static Task<ApprovalView> Post(AskExport command, IMediator mediator, CancellationToken ct) => mediator.Send(command, ct);
}

internal sealed class AskExportValidator : AbstractValidator<AskExport>
{
    public AskExportValidator()
    {
        RuleFor(c => c.From).InYears();
        RuleFor(c => c.To).InYears();
        RuleFor(c => c.To)
            .Must((command, to) => to >= command.From)
            .Says("days_reversed", "结束日期不得早于开始日期。", "The last day must not be before the first.");
        RuleFor(c => c.Reason).NotEmpty().MaximumLength(500);
        RuleFor(c => c.RegionCode).MaximumLength(12);
    }
}

internal sealed class AskExportHandler(ApprovalStore approvals, Catalogue catalogue, Caller caller, TimeProvider clock)
    : IRequestHandler<AskExport, ApprovalView>
{
    public async Task<ApprovalView> Handle(AskExport command, CancellationToken cancellationToken)
    {
        var region = command.RegionCode ?? caller.RegionCode;
        if (region is not null)
        {
            region =
                catalogue.Regions.Find(region)?.Code
                ?? throw Refused.Field("#/regionCode", "region_unknown", "没有这个地区代码。", "There is no region with this code.");
            if (caller.RegionCode is not null && !catalogue.Regions.IsWithin(region, caller.RegionCode))
            {
                throw Refused.Field(
                    "#/regionCode",
                    "region_not_yours",
                    "该地区不在你的管辖范围内。",
                    "This region is not within your own."
                );
            }
        }

        var asked = await approvals.Ask(
            ApprovalKind.ExportUnmasked,
            new ApprovalContent
            {
                RegionCode = region,
                From = command.From,
                To = command.To,
            },
            region,
            command.Reason
        );
        return ApprovalView.Of(asked, clock.GetUtcNow());
    }
}
