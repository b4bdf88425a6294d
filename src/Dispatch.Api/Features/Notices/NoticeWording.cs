using System.Globalization;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Http;
using Dispatch.Domain.Calendar;
using Dispatch.Domain.Requests;
using Dispatch.Domain.Safety;
using Dispatch.Domain.Visits;

namespace Dispatch.Api.Features.Notices;

/// <summary>Every notice in both languages. The reference stands first or near it: what is too long for a message is cut at the end.</summary>
internal static class NoticeWording
{
    private static readonly Text Unsaid = new("内容保密，请登录查看。", "confidential; sign in to read it.");

    public static Text Offered(RequestRow request)
    {
        var said = Quoted(request, request.Text);
        return new Text($"新派单 {request.Reference}：{said.Zh}", $"New offer {request.Reference}: {said.En}");
    }

    /// <param name="part">The role, and what it is for.</param>
    public static Text PartOffered(RequestRow request, Text part)
    {
        var said = Quoted(request, request.Text);
        return new Text($"新派单 {request.Reference}（{part.Zh}）：{said.Zh}", $"New offer {request.Reference} ({part.En}): {said.En}");
    }

    public static Text PartAccepted(RequestRow request, Text part) =>
        new($"{request.Reference} 联合服务已接：{part.Zh}。", $"{request.Reference}, joint plan, accepted: {part.En}.");

    public static Text PartsMissing(RequestRow request, Text parts) =>
        new($"{request.Reference} 联合服务缺：{parts.Zh}。", $"{request.Reference}, the joint plan lacks: {parts.En}.");

    public static Text PartGone(RequestRow request, Text part) =>
        new($"{request.Reference} 的{part.Zh}已无队伍承担。", $"{request.Reference}: nobody has this part any more: {part.En}.");

    public static Text PlanGivenUp(RequestRow request) =>
        new(
            $"求助 {request.Reference} 的联合服务已取消，无需再上门。",
            $"{request.Reference}: the joint plan was given up; no visit is needed."
        );

    public static Text Withdrawn(RequestRow request) =>
        new($"派单 {request.Reference} 已撤回，无需处理。", $"Offer {request.Reference} was withdrawn; nothing to do.");

    public static Text Unanswered(RequestRow request) =>
        new($"派单 {request.Reference} 答复超时，已转他队。", $"Offer {request.Reference} was not answered in time; it goes elsewhere.");

    public static Text Undelivered(RequestRow request) =>
        new($"{request.Reference} 的派单未送达队伍。", $"{request.Reference}: the offer did not reach the team.");

    public static Text Taken(RequestRow request) =>
        new($"您的求助 {request.Reference} 已有队伍接单，将与您联系。", $"{request.Reference}: a team has taken it and will contact you.");

    public static Text Accepted(RequestRow request) => new($"{request.Reference} 已接单。", $"{request.Reference} was accepted.");

    /// <summary>Says what is needed now, and not a word of what was written.</summary>
    public static Text Held(RequestRow request)
    {
        var warning = request.Warning()!;
        var (zh, en) = warning.Kind switch
        {
            SafetyKind.SelfHarm => ("可能轻生", "possible self-harm"),
            SafetyKind.Medical => ("可能危及生命", "a life in danger"),
            _ when warning.Among == Among.People => ("疑似多人患病", "many people ill"),
            _ => ("疑似动物疫情", "animal epidemic?"),
        };
        return new Text(
            $"【安全】{request.Reference} {zh}，内容保密，请立即接手处置（{warning.Call}）。",
            $"{request.Reference}: {en}. Take it in hand now ({warning.Call})."
        );
    }

    public static Text StillHeld(RequestRow request) =>
        new(
            $"【安全·催办】{request.Reference} 仍无人接手，请立即处置（{request.Warning()!.Call}）。",
            $"{request.Reference}: nobody handles it yet. Do it now ({request.Warning()!.Call})."
        );

    public static Text Queued(RequestRow request, RequestQueue queue)
    {
        if (request.SafetyHeld)
        {
            return Held(request);
        }

        var (desk, text) = (DeskOf(request, queue), Quoted(request, request.Text));
        return new Text($"{request.Reference} 进入{desk.Zh}：{text.Zh}", $"{request.Reference} waits for {desk.En}: {text.En}");
    }

    public static Text Overdue(RequestRow request, DeadlineKind kind)
    {
        var owed = Name(kind);
        return new Text($"{request.Reference} 超期：{owed.Zh}。", $"{request.Reference} is overdue: {owed.En}.");
    }

    public static Text Untriaged(RequestRow request) =>
        new($"{request.Reference} 研判超时，请尽快处理。", $"{request.Reference} has waited too long at its desk. Please see to it.");

    public static Text ClosedSilently(RequestRow request) =>
        new(
            $"求助 {request.Reference} 已自动办结；90 天内仍可确认或重新打开。",
            $"{request.Reference} was closed. Confirm or reopen it within 90 days."
        );

    public static Text Booked(RequestRow request, DateTimeOffset start)
    {
        var local = ShanghaiTime.ToLocal(start);
        return new Text(
            $"求助 {request.Reference} 的服务时间：{local:M月d日 HH:mm}。",
            string.Create(CultureInfo.InvariantCulture, $"{request.Reference}: help comes on {local:d MMMM} at {local:HH:mm}.")
        );
    }

    public static Text Missed(RequestRow request, MissedBy by) =>
        by == MissedBy.Team
            ? new($"{request.Reference} 的上门落空（队伍未到）。", $"{request.Reference}: the visit was missed by the team.")
            : new($"{request.Reference} 的上门落空（求助人未到）。", $"{request.Reference}: the visit was missed by the requester.");

    /// <param name="question">What is asked back; the hold alone may have to say it.</param>
    public static Text Asked(RequestRow request, string? question) =>
        question is null
            ? new($"您的求助 {request.Reference} 需要补充情况，请回复。", $"{request.Reference}: more is needed from you. Please reply.")
            : new($"您的求助 {request.Reference} 需要补充：{question}", $"{request.Reference}, more is needed from you: {question}");

    public static Text Replied(RequestRow request, string reply)
    {
        if (request.SafetyHeld)
        {
            return Held(request);
        }

        var said = Quoted(request, reply);
        return new Text($"{request.Reference} 求助人回复：{said.Zh}", $"{request.Reference}, the requester replies: {said.En}");
    }

    public static Text Answered(RequestRow request, string summary) =>
        new(
            $"求助 {request.Reference} 已答复，问题解决了吗？请确认：{summary}",
            $"{request.Reference} was answered. Solved? Please confirm: {summary}"
        );

    public static Text ErasureWished(RequestRow request) =>
        new(
            $"{request.Reference} 的求助人要求删除个人信息，请在期限内答复。",
            $"{request.Reference}: the requester wishes to be erased. Answer in time."
        );

    public static Text ErasureRefused(RequestRow request, string because) =>
        new(
            $"{request.Reference} 删除个人信息的要求未获同意：{because}",
            $"{request.Reference}: the wish to be erased was refused: {because}"
        );

    public static Text Corrected(RequestRow request) =>
        new(
            $"{request.Reference} 的求助人更正了联系信息，请重新查看。",
            $"{request.Reference}: the requester's details were corrected. Look again."
        );

    public static Text ContactWithheld(RequestRow request) =>
        new(
            $"{request.Reference} 的求助人不再同意向队伍提供电话，由工会代为联系。",
            $"{request.Reference}: their number is for the office alone now."
        );

    public static Text OfficerAsked(RequestRow request) =>
        new(
            $"{request.Reference} 的求助人要求由工作人员选定队伍。",
            $"{request.Reference}: the requester wants an officer to choose the team."
        );

    public static Text Reopened(RequestRow request, string? reason)
    {
        if (reason is null)
        {
            return new Text($"求助 {request.Reference} 被重新打开。", $"{request.Reference} was reopened.");
        }

        var said = Quoted(request, reason);
        return new Text($"求助 {request.Reference} 被重新打开：{said.Zh}", $"{request.Reference} was reopened: {said.En}");
    }

    /// <summary>In place of what was said before the request became confidential.</summary>
    public static Text Confidential(RequestRow request) =>
        new($"求助 {request.Reference} 已转为保密，请登录查看。", $"{request.Reference} is confidential now; sign in to read it.");

    public static Text Cancelled(RequestRow request) =>
        new($"求助 {request.Reference} 已撤销，无需再上门。", $"{request.Reference} was cancelled; no visit is needed.");

    public static Text Reassigned(RequestRow request) =>
        new($"求助 {request.Reference} 已改派，无需再上门。", $"{request.Reference} went to another team; no visit is needed.");

    // A notice goes on as a message to telephones: of what is confidential it quotes nothing.
    private static Text Quoted(RequestRow request, string words) => request.IsConfidential ? Unsaid : Text.AsWritten(words);

    private static Text DeskOf(RequestRow request, RequestQueue queue) =>
        queue switch
        {
            RequestQueue.Triage when request.LikelyDuplicateOf is not null => new("研判（疑似重复）", "triage (a likely duplicate)"),
            RequestQueue.Triage when request.Warning() is { Refers: true } => new("研判（建议转办）", "triage (a referral is proposed)"),
            RequestQueue.Triage => new("研判", "triage"),
            RequestQueue.Claim => new("公开认领", "a claim"),
            RequestQueue.Arbitration => new("裁定派单", "arbitration"),
            _ => new("待派单", "dispatch"),
        };

    private static Text Name(DeadlineKind kind) =>
        kind switch
        {
            DeadlineKind.Triage => new("研判", "triage"),
            DeadlineKind.Answer => new("接单答复", "the answer to the offer"),
            DeadlineKind.FirstVisit => new("首次上门", "the first visit"),
            DeadlineKind.Report => new("服务报告", "the report"),
            DeadlineKind.Closing => new("办结", "closing"),
            _ => new("求助人确认", "the requester's word"),
        };
}
