using Dispatch.Api.Http;
using Dispatch.Domain.Assigning;
using Dispatch.Domain.Offers;
using Dispatch.Domain.Requests;
using Dispatch.Domain.Visits;

namespace Dispatch.Api.Features.Requests;

/// <summary>States and moves as the field calls them, beside the word of the contract.</summary>
internal static class Vocabulary
{
    /// <summary>In Chinese both, such as 已办结（closed）: the one for the reader, the other to find it in an answer.</summary>
    public static Text Of(Enum word)
    {
        var name = Name(word);
        return name with { Zh = $"{name.Zh}（{name.En}）" };
    }

    private static Text Name(Enum word) =>
        word switch
        {
            HelpRequestState.Open => new("待派单", "open"),
            HelpRequestState.Offered => new("待接单", "offered"),
            HelpRequestState.Accepted => new("已接单", "accepted"),
            HelpRequestState.InProgress => new("服务中", "in_progress"),
            HelpRequestState.OnHold => new("挂起", "on_hold"),
            HelpRequestState.Resolved => new("待确认", "resolved"),
            HelpRequestState.Closed => new("已办结", "closed"),
            HelpRequestState.Cancelled => new("已撤销", "cancelled"),
            HelpRequestAction.Publish => new("公开认领", "publish"),
            HelpRequestAction.Offer => new("派单", "offer"),
            HelpRequestAction.Return => new("退回待派单", "return"),
            HelpRequestAction.Accept => new("接单", "accept"),
            HelpRequestAction.Claim => new("抢单", "claim"),
            HelpRequestAction.Begin => new("开始服务", "begin"),
            HelpRequestAction.Release => new("退单", "release"),
            HelpRequestAction.Reassign => new("改派", "reassign"),
            HelpRequestAction.Hold => new("挂起", "hold"),
            HelpRequestAction.Resume => new("恢复办理", "resume"),
            HelpRequestAction.Resolve => new("答复结果", "resolve"),
            HelpRequestAction.Confirm => new("确认", "confirm"),
            HelpRequestAction.Reopen => new("重新打开", "reopen"),
            HelpRequestAction.Cancel => new("撤销", "cancel"),
            HelpRequestAction.Escalate => new("提级", "escalate"),
            HelpRequestAction.Arbitrate => new("裁定派单", "arbitrate"),
            OfferState.Pending => new("待接单", "pending"),
            OfferState.Accepted => new("已接单", "accepted"),
            OfferState.Declined => new("已拒单", "declined"),
            OfferState.Expired => new("已超时", "expired"),
            OfferState.Withdrawn => new("已撤回", "withdrawn"),
            OfferAction.Accept => new("接单", "accept"),
            OfferAction.Decline => new("拒单", "decline"),
            OfferAction.Expire => new("超时", "expire"),
            OfferAction.Withdraw => new("撤回", "withdraw"),
            AssignmentState.Active => new("在办", "active"),
            AssignmentState.Ended => new("已结束", "ended"),
            AssignmentAction.Complete => new("办结", "complete"),
            AssignmentAction.Release => new("退单", "release"),
            AssignmentAction.Replace => new("改派", "replace"),
            VisitState.Scheduled => new("已预约", "scheduled"),
            VisitState.Travelling => new("在路上", "travelling"),
            VisitState.InService => new("服务中", "in_service"),
            VisitState.Completed => new("已完成", "completed"),
            VisitState.Aborted => new("已中止", "aborted"),
            VisitState.Missed => new("已落空", "missed"),
            VisitState.Cancelled => new("已取消", "cancelled"),
            VisitAction.Depart => new("出发", "depart"),
            VisitAction.Begin => new("开始服务", "begin"),
            VisitAction.Complete => new("完成服务", "complete"),
            VisitAction.Abort => new("中止", "abort"),
            VisitAction.Miss => new("记为落空", "miss"),
            VisitAction.Cancel => new("取消", "cancel"),
            VisitAction.Reschedule => new("改期", "reschedule"),
            DispatchRunState.Planning => new("计划中", "planning"),
            DispatchRunState.Planned => new("待提交", "planned"),
            DispatchRunState.Committing => new("提交中", "committing"),
            DispatchRunState.Committed => new("已提交", "committed"),
            DispatchRunState.Cancelled => new("已取消", "cancelled"),
            DispatchRunState.Failed => new("计划失败", "failed"),
            DispatchRunAction.Plan => new("完成计划", "plan"),
            DispatchRunAction.Fail => new("记为失败", "fail"),
            DispatchRunAction.Refresh => new("更新计划", "refresh"),
            DispatchRunAction.Commit => new("提交", "commit"),
            DispatchRunAction.Finish => new("提交完毕", "finish"),
            DispatchRunAction.Cancel => new("取消", "cancel"),
            _ => throw new ArgumentOutOfRangeException(nameof(word), word, message: null),
        };
}
