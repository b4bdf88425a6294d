using System.Text.Json.Serialization;
using Dispatch.Api.Features.Teams;
using Dispatch.Api.Http;
using Dispatch.Api.Storage;
using Dispatch.Domain.Calendar;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.ServiceRecords;

/// <summary>志愿服务记录证明: certifies, at the volunteer's wish, what the records say of a time.</summary>
/// <param name="From">The first day; left out, from the first service on.</param>
/// <param name="To">The last day; left out, until yesterday.</param>
/// <param name="PersonInCharge">Of the issuer.</param>
/// <param name="Contact">Where the issuer is asked.</param>
internal sealed record IssueCertificate(string PersonInCharge, string Contact, DateOnly? From = null, DateOnly? To = null)
    : ICreates<CertificateView>
{
    [JsonIgnore]
    public Guid MemberId { get; init; }
}

internal static class IssueCertificateEndpoint
{
    public static void MapIssueCertificate(this IEndpointRouteBuilder members) =>
        members
            .MapPost("/{memberId:guid}/certificates", Post)
            .WithName(nameof(IssueCertificate))
            .WithSummary("Certify the services of a volunteer")
            .Creates<CertificateView>();

    private static Task<CertificateView> Post(Guid memberId, IssueCertificate command, IMediator mediator, CancellationToken ct) =>
        mediator.Send(command with { MemberId = memberId }, ct);
}

internal sealed class IssueCertificateValidator : AbstractValidator<IssueCertificate>
{
    public IssueCertificateValidator()
    {
        RuleFor(c => c.PersonInCharge).NotEmpty().MaximumLength(50);
        RuleFor(c => c.Contact).NotEmpty().MaximumLength(100);
        RuleFor(c => c.From).InYears();
        RuleFor(c => c.To).InYears();
        RuleFor(c => c.To)
            .Must((command, to) => !(to < command.From))
            .Says("days_reversed", "结束日期不得早于开始日期。", "The last day must not be before the first.");
    }
}

internal sealed class IssueCertificateHandler(
    RecordStore records,
    RecordReader reader,
    CertificateStore certificates,
    MemberNames names,
    TimeProvider clock
) : IRequestHandler<IssueCertificate, CertificateView>
{
    private static readonly DateOnly FirstDay = new(2000, 1, 1);

    public async Task<CertificateView> Handle(IssueCertificate command, CancellationToken cancellationToken)
    {
        var volunteer = await records.Hold(command.MemberId);
        var today = ShanghaiTime.DayOf(clock.GetUtcNow());
        var (from, to) = (command.From ?? FirstDay, command.To ?? today.AddDays(-1));
        // A day that is not over could say more tomorrow under the same number.
        if (to >= today)
        {
            throw Refused.Field("#/to", "day_not_over", "只能证明到昨天为止的服务。", "Services are certified until yesterday.");
        }

        await RefuseDisputed(volunteer);
        var done = await reader.Done(volunteer, from, to);
        if (done.Services == 0)
        {
            throw Refused.Field("#/from", "no_service", "该时段没有可以证明的服务。", "There is no service in this time to certify.");
        }

        var content = new CertificateContent(
            names.Open(volunteer.MemberId, volunteer.Person),
            volunteer.HostOrganisation ?? volunteer.TeamName,
            command.PersonInCharge,
            command.Contact,
            volunteer.TeamName
        );
        var same = (await certificates.Of(volunteer.MemberId)).FirstOrDefault(row =>
            row.RevokedAt is null
            && (row.FromDay, row.ToDay, row.Services, row.Minutes) == (from, to, done.Services, done.Minutes)
            && certificates.Open(row) == content
        );
        return same is null
            ? certificates.View(volunteer, await certificates.Issue(volunteer, from, to, done, content))
            : certificates.View(volunteer, same) with
            {
                WasThere = true,
            };
    }

    private async Task RefuseDisputed(VolunteerRow volunteer)
    {
        var waiting = (await records.Corrections(volunteer.MemberId)).Any(row =>
            row.State == Words.Of(RecordCorrectionState.Waiting)
            && Words.To<RecordPart>(row.Part) is RecordPart.Basics or RecordPart.Service
        );
        if (waiting)
        {
            throw new Refused(
                ProblemKinds.Conflict,
                "记录有更正申请待决定，决定后才能出具证明。",
                "A correction of the record waits to be decided. It is certified after that."
            );
        }
    }
}
