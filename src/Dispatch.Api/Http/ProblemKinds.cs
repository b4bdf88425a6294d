namespace Dispatch.Api.Http;

/// <summary>One class of problem: its code never changes, its titles are for people.</summary>
internal sealed record ProblemKind(int Status, string Code, string Zh, string En)
{
    public const string TypePrefix = "urn:dispatch:problem:";

    public string Type => TypePrefix + Code;
}

/// <summary>Every problem the service can answer with. The guide <c>api-specs/guides/problems.md</c> lists the same.</summary>
internal static class ProblemKinds
{
    public static readonly ProblemKind MalformedBody = new(
        400,
        "body.malformed",
        "请求体格式不对",
        "The body does not have the expected shape"
    );
    public static readonly ProblemKind BadQuery = new(400, "query.invalid", "查询参数不对", "A query parameter is not valid");
    public static readonly ProblemKind BadCursor = new(400, "cursor.invalid", "翻页标记无效", "The cursor is not valid for this query");
    public static readonly ProblemKind KeyMissing = new(
        400,
        "idempotency.key_missing",
        "缺少 Idempotency-Key",
        "Idempotency-Key is missing"
    );
    public static readonly ProblemKind KeyMalformed = new(
        400,
        "idempotency.key_malformed",
        "Idempotency-Key 无效",
        "Idempotency-Key is not valid"
    );
    public static readonly ProblemKind Unauthenticated = new(401, "access.unauthenticated", "需要登录凭证", "A bearer token is needed");
    public static readonly ProblemKind SignInRefused = new(401, "session.refused", "登录未成功", "The sign-in is refused");
    public static readonly ProblemKind Forbidden = new(403, "access.forbidden", "没有权限", "This is not for your role");
    public static readonly ProblemKind PasswordToChange = new(
        403,
        "session.password_to_change",
        "请先修改密码",
        "The password must be changed first"
    );
    public static readonly ProblemKind NotFound = new(404, "resource.unknown", "没有找到", "Not found");
    public static readonly ProblemKind MethodNotAllowed = new(405, "method.not_allowed", "不支持该方法", "The method is not allowed here");
    public static readonly ProblemKind PeriodNotOver = new(409, "period.not_over", "统计期尚未结束", "The period is not over");
    public static readonly ProblemKind PeriodClosed = new(409, "period.closed", "统计期已结账", "The period is closed");
    public static readonly ProblemKind InvalidTransition = new(
        409,
        "invalid-transition",
        "当前状态不允许此操作",
        "The move is not allowed in this state"
    );
    public static readonly ProblemKind RequestTaken = new(409, "request.taken", "已有队伍接单", "Another team has taken it");
    public static readonly ProblemKind OfferExpired = new(409, "offer.expired", "派单已超时", "The offer has expired");
    public static readonly ProblemKind TeamAtCapacity = new(409, "team.at_capacity", "队伍任务已满", "The team is at capacity");
    public static readonly ProblemKind ReleasedTooOften = new(409, "team.released_too_often", "退单过多", "The team gave too many back");
    public static readonly ProblemKind TeamNotEligible = new(409, "team.not_eligible", "队伍不符合条件", "The team is not eligible");
    public static readonly ProblemKind NoSkillYet = new(409, "request.no_skill", "尚未确定技能", "No skill is known yet");
    public static readonly ProblemKind OfferLive = new(409, "request.offer_live", "已有待接单的派单", "An offer is live already");
    public static readonly ProblemKind JointPlan = new(409, "request.joint_plan", "联合服务方案进行中", "A joint plan is under way");
    public static readonly ProblemKind NoJointPlan = new(409, "request.no_joint_plan", "没有联合服务方案", "There is no joint plan");
    public static readonly ProblemKind MemberBusy = new(409, "member.booked", "队员时间冲突", "A member is booked at that time");
    public static readonly ProblemKind SafetyHold = new(409, "request.safety_hold", "安全保留中", "Held for safety");
    public static readonly ProblemKind SafetyHandled = new(409, "request.safety_handled", "已有经办人", "Another officer handles it");
    public static readonly ProblemKind NotHeld = new(409, "request.not_held", "没有安全保留", "There is no safety hold");
    public static readonly ProblemKind NotSuspected = new(
        409,
        "request.no_likely_duplicate",
        "没有待判断的重复",
        "There is no likely duplicate to judge"
    );
    public static readonly ProblemKind NoCorrection = new(
        409,
        "request.no_correction",
        "没有待核实的更正",
        "There is no correction to judge"
    );
    public static readonly ProblemKind OwnCorrection = new(
        409,
        "correction.own",
        "不能核实自己的更正",
        "Your own correction is judged by another"
    );
    public static readonly ProblemKind NothingToLearn = new(
        409,
        "suggestion.nothing_new",
        "没有新的更正可学",
        "There is nothing new to learn"
    );
    public static readonly ProblemKind VersionRefused = new(
        409,
        "suggestion.version_refused",
        "该版本未通过对照",
        "The version did not pass the control"
    );
    public static readonly ProblemKind NotPublished = new(409, "request.not_published", "尚未公开认领", "Not published for claiming");
    public static readonly ProblemKind VisitOpen = new(409, "request.visit_open", "还有未结束的上门", "A visit is still open");
    public static readonly ProblemKind NoVisitYet = new(409, "request.no_visit", "还没有完成的服务", "No visit has been completed");
    public static readonly ProblemKind TooLate = new(409, "request.too_late", "已超过期限", "The time for this has passed");
    public static readonly ProblemKind OwnAccount = new(409, "account.own", "不能处理自己的账号", "Your own account is changed by another");
    public static readonly ProblemKind ApprovalOwn = new(409, "approval.own", "须由另一人决定", "It is decided by another");
    public static readonly ProblemKind ApprovalEnded = new(409, "approval.ended", "申请已了结", "It is no longer to be decided");
    public static readonly ProblemKind ApprovalSpent = new(409, "approval.spent", "导出不可用", "The export cannot be fetched");
    public static readonly ProblemKind PersonErased = new(409, "person.erased", "个人信息已删除", "The person has been erased");
    public static readonly ProblemKind RecordKept = new(409, "member.record_kept", "服务记录须保存", "The record must be kept");
    public static readonly ProblemKind TwoKeys = new(409, "client.two_keys", "已有两个有效密钥", "The client has two live keys");
    public static readonly ProblemKind Conflict = new(409, "resource.conflict", "与已有数据冲突", "It conflicts with what is there");
    public static readonly ProblemKind Stale = new(412, "resource.changed", "数据已被修改", "It has changed since you read it");
    public static readonly ProblemKind BodyTooLarge = new(413, "body.too_large", "请求体过大", "The body is too large");
    public static readonly ProblemKind UrlTooLong = new(414, "url.too_long", "网址过长", "The address is too long");
    public static readonly ProblemKind MediaType = new(415, "body.media_type", "不支持的媒体类型", "The media type is not supported");
    public static readonly ProblemKind Invalid = new(422, "body.invalid", "内容不符合要求", "Some fields break a rule");
    public static readonly ProblemKind KeyReused = new(
        422,
        "idempotency.key_reused",
        "Idempotency-Key 已用于另一请求",
        "The key was used for another request"
    );
    public static readonly ProblemKind PreconditionRequired = new(428, "precondition.required", "缺少 If-Match", "If-Match is needed");
    public static readonly ProblemKind TooManyRequests = new(429, "quota-exceeded", "请求过于频繁", "Too many requests");
    public static readonly ProblemKind HeadersTooLarge = new(431, "headers.too_large", "请求头过大", "The headers are too large");
    public static readonly ProblemKind Internal = new(500, "service.fault", "服务出错", "The service failed");
    public static readonly ProblemKind OutcomeUnknown = new(503, "service.outcome_unknown", "结果未知", "The outcome is unknown");
    public static readonly ProblemKind Overloaded = new(503, "service.overloaded", "服务繁忙", "The service is busy");
    public static readonly ProblemKind Unavailable = new(503, "service.unavailable", "服务暂不可用", "The service is not available");

    public static IReadOnlyList<ProblemKind> All { get; } =
    [
        .. typeof(ProblemKinds)
            .GetFields(System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.Static)
            .Where(field => field.FieldType == typeof(ProblemKind))
            .Select(field => (ProblemKind)field.GetValue(null)!),
    ];

    /// <summary>The class that stands for a bare status of the framework.</summary>
    public static ProblemKind OfStatus(int status) =>
        status switch
        {
            400 => MalformedBody,
            401 => Unauthenticated,
            403 => Forbidden,
            404 => NotFound,
            405 => MethodNotAllowed,
            413 => BodyTooLarge,
            414 => UrlTooLong,
            415 => MediaType,
            429 => TooManyRequests,
            431 => HeadersTooLarge,
            503 => Unavailable,
            _ => status < 500 ? new ProblemKind(status, "http." + status, "请求无法处理", "The request cannot be served") : Internal,
        };
}
