using System.Text.Json.Serialization;
using Dispatch.Api.Http;
using Dispatch.Domain.Calendar;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.ServiceRecords;

/// <summary>Enters what no visit tells: a training received, a commendation, an evaluation.</summary>
/// <param name="Issuer">Who trained, commended or evaluated.</param>
/// <param name="Hours">Of a training.</param>
internal sealed record EnterRecord(RecordPart Part, DateOnly Day, string Title, string Issuer, double? Hours = null, string? Note = null)
    : ICreates<EnteredRecordView>
{
    [JsonIgnore]
    public Guid MemberId { get; init; }
}

internal sealed record EnteredRecordView(Guid MemberId, RecordEntryView Entry, long Version) : IResource
{
    string IResource.Place() => $"/v1/members/{MemberId}/service-record";
}

internal static class EnterRecordEndpoint
{
    public static void MapEnterRecord(this IEndpointRouteBuilder members) =>
        members
            .MapPost("/{memberId:guid}/record-entries", Post)
            .WithName(nameof(EnterRecord))
            .WithSummary("Enter a training, a commendation or an evaluation into the record of a volunteer")
            .Creates<EnteredRecordView>();

    private static Task<EnteredRecordView> Post(Guid memberId, EnterRecord command, IMediator mediator, CancellationToken ct) =>
        mediator.Send(command with { MemberId = memberId }, ct);
}

internal sealed class EnterRecordValidator : AbstractValidator<EnterRecord>
{
    private const int MostHours = 10_000;

    public EnterRecordValidator(TimeProvider clock)
    {
        RuleFor(c => c.Part)
            .Must(part => part is RecordPart.Training or RecordPart.Commendation or RecordPart.Evaluation)
            .Says(
                "part_not_entered",
                "只有培训、表彰奖励和评价可以录入；服务情况来自服务记录。",
                "Trainings, commendations and evaluations are entered; services come out of the visits."
            );
        RuleFor(c => c.Day).InYears();
        RuleFor(c => c.Day)
            .Must(day => day <= ShanghaiTime.DayOf(clock.GetUtcNow()))
            .Says("day_ahead", "日期不能晚于今天。", "The day must not lie ahead.");
        RuleFor(c => c.Title).NotEmpty().MaximumLength(200);
        RuleFor(c => c.Issuer).NotEmpty().MaximumLength(100);
        RuleFor(c => c.Hours).InclusiveBetween(0, MostHours);
        RuleFor(c => c.Note).MaximumLength(1000);
    }
}

internal sealed class EnterRecordHandler(RecordStore records) : IRequestHandler<EnterRecord, EnteredRecordView>
{
    public async Task<EnteredRecordView> Handle(EnterRecord command, CancellationToken cancellationToken)
    {
        var volunteer = await records.Hold(command.MemberId);
        var content = new EntryContent(command.Title, command.Issuer, command.Hours, command.Note);
        var row = await records.Enter(volunteer.MemberId, command.Part, command.Day, content);
        return new EnteredRecordView(volunteer.MemberId, RecordEntryView.Of(row, content), 1);
    }
}
