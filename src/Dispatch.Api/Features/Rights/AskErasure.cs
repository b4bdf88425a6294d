using System.Globalization;
using Dispatch.Api.Features.Approvals;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Domain.Calendar;
using Dispatch.Domain.Requests;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Rights;

/// <summary>An office asks that a person be erased, for somebody who asked on the phone or at the desk. Another must approve it.</summary>
/// <param name="RequestId">All requests of whoever asked for this one.</param>
/// <param name="Phone">All requests with this telephone number; look it up first.</param>
/// <param name="MemberId">The name of a team's member.</param>
internal sealed record AskErasure(string Reason, Guid? RequestId = null, string? Phone = null, Guid? MemberId = null)
    : ICreates<ApprovalView>;

internal static class AskErasureEndpoint
{
    public static void MapAskErasure(this IEndpointRouteBuilder erasures) =>
        erasures
            .MapPost("/", Post)
            .WithName(nameof(AskErasure))
            .WithSummary("Ask that a person be erased; another must approve it")
            .Creates<ApprovalView>();

    private static Task<ApprovalView> Post(AskErasure command, IMediator mediator, CancellationToken ct) => mediator.Send(command, ct);
}

internal sealed class AskErasureValidator : AbstractValidator<AskErasure>
{
    public AskErasureValidator()
    {
        RuleFor(c => c.Reason).NotEmpty().MaximumLength(500);
        RuleFor(c => c.Phone).MaximumLength(30);
        RuleFor(c => c.RequestId)
            .Must(
                (command, _) =>
                    new[] { command.RequestId is not null, command.Phone is not null, command.MemberId is not null }.Count(given => given)
                    == 1
            )
            .Says("one_of", "请在 requestId、phone、memberId 中只给出一项。", "Give exactly one of requestId, phone and memberId.");
    }
}

internal sealed class AskErasureHandler(
    Session db,
    Caller caller,
    RequestStore requests,
    PersonGroup group,
    ApprovalStore approvals,
    TimeProvider clock
) : IRequestHandler<AskErasure, ApprovalView>
{
    /// <summary>Records of volunteer service are kept so long (GB/T 40143-2021).</summary>
    public const int RecordYears = 10;

    public async Task<ApprovalView> Handle(AskErasure command, CancellationToken cancellationToken)
    {
        var (content, region) = command.MemberId is { } member ? await OfMember(member) : await OfRequests(command);
        return ApprovalView.Of(await approvals.Ask(ApprovalKind.ErasePerson, content, region, command.Reason), clock.GetUtcNow());
    }

    private async Task<(ApprovalContent Content, string? Region)> OfRequests(AskErasure command)
    {
        var found = command.RequestId is { } id
            ? await group.Of(NotErased(await requests.Find(id)), everywhere: false)
            : await group.OfPhone(command.Phone!);
        if (found.Count == 0)
        {
            throw Refused.Field("#/phone", "nobody_found", "没有使用该号码的求助。", "No request has this number.");
        }

        foreach (var request in found)
        {
            RequestStore.RefuseHeld(request);
        }

        return (new ApprovalContent { RequestIds = [.. found.Select(request => request.RequestId)] }, PersonGroup.Around(found));
    }

    public static RequestRow NotErased(RequestRow request) =>
        request.ErasedAt is null
            ? request
            : throw new Refused(
                ProblemKinds.PersonErased,
                "该求助人的个人信息已删除，不能再更改或恢复。",
                "The person of this request has been erased; nothing can be changed or brought back."
            );

    private async Task<(ApprovalContent Content, string? Region)> OfMember(Guid memberId)
    {
        var member = await db.Find<MemberRow>(
            """
            select member.member_id, member.erased_at, team.region_code, team.county_code, team.city_code, team.province_code,
                (select max(visit.ended_at) from visit where visit.state = 'completed' and visit.team_id = member.team_id
                    and (exists (select 1 from attendance where attendance.visit_id = visit.visit_id and attendance.member_id = member.member_id)
                      or exists (select 1 from visit_member where visit_member.visit_id = visit.visit_id and visit_member.member_id = member.member_id))) as served_at
            from member join team on team.team_id = member.team_id where member.member_id = @memberId
            """,
            new { memberId }
        );
        if (member is not { ErasedAt: null } || !RegionScope.Covers(caller.RegionCode, member))
        {
            throw Refused.Field("#/memberId", "member_unknown", "没有这名队员。", "There is no such member.");
        }

        if (
            member.ServedAt is { } served
            && ShanghaiTime.DayOf(served).AddYears(RecordYears) is var until
            && until > ShanghaiTime.DayOf(clock.GetUtcNow())
        )
        {
            var day = until.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            throw new Refused(
                ProblemKinds.RecordKept,
                $"该队员的志愿服务记录须保存至 {day}（GB/T 40143-2021），届时可删除姓名。",
                $"The record of this member's service is kept until {day} (GB/T 40143-2021); the name can be erased then."
            );
        }

        return (new ApprovalContent { MemberId = memberId }, member.RegionCode);
    }

    private sealed record MemberRow : IRegional
    {
        public Guid MemberId { get; init; }
        public DateTimeOffset? ErasedAt { get; init; }
        public string RegionCode { get; init; } = "";
        public string? CountyCode { get; init; }
        public string? CityCode { get; init; }
        public string? ProvinceCode { get; init; }
        public DateTimeOffset? ServedAt { get; init; }
    }
}
