using System.Text.Json.Serialization;
using Dispatch.Api.Http;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.ServiceRecords;

/// <summary>The office decides what a volunteer says is wrong; question and answer stay in the record.</summary>
/// <param name="TakeOutEntryId">With a wish that is granted: what was entered by hand and is wrong.</param>
internal sealed record DecideRecordCorrection(bool Granted, string Answer, Guid? TakeOutEntryId = null) : ICommand<RecordCorrectionView>
{
    [JsonIgnore]
    public Guid CorrectionId { get; init; }
}

internal static class DecideRecordCorrectionEndpoint
{
    public static void MapDecideRecordCorrection(this IEndpointRouteBuilder corrections) =>
        corrections
            .MapPost("/{correctionId:guid}/decide", Post)
            .WithName(nameof(DecideRecordCorrection))
            .WithSummary("Decide a correction that a volunteer asked for")
            .Acts();

    private static Task<RecordCorrectionView> Post(
        Guid correctionId,
        DecideRecordCorrection command,
        IMediator mediator,
        CancellationToken ct
    ) => mediator.Send(command with { CorrectionId = correctionId }, ct);
}

internal sealed class DecideRecordCorrectionValidator : AbstractValidator<DecideRecordCorrection>
{
    public DecideRecordCorrectionValidator()
    {
        RuleFor(c => c.Answer).NotEmpty().MaximumLength(1000);
        RuleFor(c => c.TakeOutEntryId)
            .Must((command, entry) => entry is null || command.Granted)
            .Says("not_granted", "未同意更正时不能移除记录。", "Nothing is taken out where the wish is not granted.");
    }
}

internal sealed class DecideRecordCorrectionHandler(RecordStore records) : IRequestHandler<DecideRecordCorrection, RecordCorrectionView>
{
    public async Task<RecordCorrectionView> Handle(DecideRecordCorrection command, CancellationToken cancellationToken)
    {
        var (volunteer, correction) = await records.HoldCorrection(command.CorrectionId);
        var decided = await records.Decide(
            correction,
            command.Granted ? RecordCorrectionState.Granted : RecordCorrectionState.Refused,
            command.Answer
        );
        if (command.TakeOutEntryId is { } entry && !await records.TakeOut(volunteer.MemberId, entry))
        {
            throw Refused.Field("#/takeOutEntryId", "entry_unknown", "记录中没有这一项。", "There is no such entry in this record.");
        }

        return RecordCorrectionView.Of(decided, records.WishOf(decided));
    }
}
