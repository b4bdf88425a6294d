using System.Text.Json.Serialization;
using Dispatch.Api.Http;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.ServiceRecords;

/// <summary>A volunteer says what is wrong in the own record; somebody of the office decides.</summary>
internal sealed record AskRecordCorrection(RecordPart Part, string Wish) : ICreates<RecordCorrectionView>
{
    [JsonIgnore]
    public Guid MemberId { get; init; }
}

internal static class AskRecordCorrectionEndpoint
{
    public static void MapAskRecordCorrection(this IEndpointRouteBuilder members) =>
        members
            .MapPost("/{memberId:guid}/record-corrections", Post)
            .WithName(nameof(AskRecordCorrection))
            .WithSummary("Ask that the record of a volunteer be corrected")
            .Creates<RecordCorrectionView>();

    private static Task<RecordCorrectionView> Post(Guid memberId, AskRecordCorrection command, IMediator mediator, CancellationToken ct) =>
        mediator.Send(command with { MemberId = memberId }, ct);
}

internal sealed class AskRecordCorrectionValidator : AbstractValidator<AskRecordCorrection>
{
    public AskRecordCorrectionValidator()
    {
        RuleFor(c => c.Part).IsInEnum();
        RuleFor(c => c.Wish).NotEmpty().MaximumLength(1000);
    }
}

internal sealed class AskRecordCorrectionHandler(RecordStore records) : IRequestHandler<AskRecordCorrection, RecordCorrectionView>
{
    public async Task<RecordCorrectionView> Handle(AskRecordCorrection command, CancellationToken cancellationToken)
    {
        var volunteer = await records.Hold(command.MemberId);
        return RecordCorrectionView.Of(await records.Ask(volunteer.MemberId, command.Part, command.Wish), command.Wish);
    }
}
