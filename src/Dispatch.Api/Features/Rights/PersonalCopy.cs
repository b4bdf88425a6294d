using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;
using Dispatch.Api.Features.Consents;
using Dispatch.Api.Features.Notices;
using Dispatch.Api.Features.Reference;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Http;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Auditing;
using Dispatch.Domain.Calendar;
using Dispatch.Domain.Requests;
using Dispatch.Domain.Visits;

namespace Dispatch.Api.Features.Rights;

internal sealed record CopiedEventView(
    DateTimeOffset At,
    string By,
    string Subject,
    string Action,
    string? FromState,
    string? ToState,
    string? Reason,
    Text? Note
);

internal sealed record CopiedVisitView(
    string TeamName,
    VisitForm Form,
    VisitState State,
    DateTimeOffset Start,
    DateTimeOffset End,
    string? Note,
    string? Findings
);

/// <summary>A team that had name, number and address, and from when to when.</summary>
internal sealed record CopiedTeamView(string TeamName, DateTimeOffset From, DateTimeOffset? Until);

internal sealed record CopiedNoticeView(DateTimeOffset At, NoticeKind Kind, Text Text);

internal sealed record CopiedWordView(DateTimeOffset At, bool Solved, int? Rating, string? Comment);

/// <summary>One request with all that is held of its requester.</summary>
internal sealed record CopiedRequestView(
    Guid Id,
    string Reference,
    HelpRequestState State,
    RequesterView Requester,
    string Text,
    IReadOnlyList<string> Skills,
    string RegionCode,
    string RegionName,
    string? Address,
    double Lat,
    double Lng,
    double? GivenLat,
    double? GivenLng,
    Urgency Urgency,
    VisitForm Form,
    Channel Channel,
    Confidentiality Confidentiality,
    IReadOnlyList<WindowView> Wanted,
    ExternalRefView? ExternalRef,
    string? Summary,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ClosedAt,
    bool ContactWithheld,
    bool PublicationRefused,
    IReadOnlyList<ConsentView> Consents,
    IReadOnlyList<CopiedTeamView> Teams,
    IReadOnlyList<CopiedVisitView> Visits,
    IReadOnlyList<CopiedWordView> Said,
    IReadOnlyList<CopiedNoticeView> Notices,
    IReadOnlyList<CopiedEventView> History
);

/// <summary>All that is held about a person: to read, and to take elsewhere.</summary>
/// <param name="Schema">This form and no other; a changed form has another number.</param>
internal sealed record PersonalCopyView(string Schema, DateTimeOffset MadeAt, IReadOnlyList<CopiedRequestView> Requests) : IReadable
{
    public const string Form = "dispatch-personal-copy/1";

    [JsonIgnore]
    public Text? Readable { get; init; }
}

/// <summary>Puts a copy together. What others wrote is in it as far as it is about the person; who in the office acted stands as the role.</summary>
internal sealed class PersonalCopyReader(
    Session db,
    RequestContent content,
    ConsentStore consents,
    Persons persons,
    Catalogue catalogue,
    AuditTrail trail,
    TimeProvider clock
)
{
    public async Task<PersonalCopyView> Read(IEnumerable<RequestRow> requests, bool readable)
    {
        var copied = new List<CopiedRequestView>();
        foreach (var request in requests)
        {
            copied.Add(await Copy(request));
        }

        var copy = new PersonalCopyView(PersonalCopyView.Form, clock.GetUtcNow(), copied);
        return readable ? copy with { Readable = new Text(Write(copy, Language.Chinese), Write(copy, Language.English)) } : copy;
    }

    /// <summary>The form that is wanted: <c>json</c>, or <c>text</c> to read.</summary>
    public static bool WantsText(string? form) =>
        form switch
        {
            null or "json" => false,
            "text" => true,
            _ => throw QueryNames.Wrong("form", "unknown", "form 只能是：json, text。", "form is one of: json, text."),
        };

    private async Task<CopiedRequestView> Copy(RequestRow request)
    {
        var person = persons.Of(request);
        trail.Saw(request.RequestId, request.RegionCode, person.Whole);
        var id = new { request.RequestId };
        return new CopiedRequestView(
            request.RequestId,
            request.Reference,
            request.StateNow,
            new RequesterView(Words.To<RequesterKind>(request.RequesterKind), person.Name, person.Phone, person.CreditCode, person.Contact),
            request.Text,
            [.. (await content.Skills(request.RequestId)).Select(skill => skill.Code)],
            request.RegionCode,
            catalogue.Regions.Find(request.RegionCode)!.Name,
            person.Address,
            person.Lat,
            person.Lng,
            person.GivenLat,
            person.GivenLng,
            request.UrgencyNow,
            Words.To<VisitForm>(request.Form),
            Words.To<Channel>(request.Channel),
            Words.To<Confidentiality>(request.Confidentiality),
            [.. (await content.Windows(request.RequestId)).Select(window => new WindowView(window.Start, window.End))],
            request.ExternalSource is null ? null : new ExternalRefView(request.ExternalSource, request.ExternalNumber!),
            request.Summary,
            request.CreatedAt,
            request.ClosedAt,
            request.ContactWithheld,
            request.PublicationRefused,
            await consents.Of(request.RequestId),
            [
                .. (
                    await db.List<TeamRow>(
                        """
                        select team.name, assignment.accepted_at, assignment.ended_at from assignment join team on team.team_id = assignment.team_id
                        where assignment.request_id = @RequestId order by assignment.accepted_at, assignment.assignment_id
                        """,
                        id
                    )
                ).Select(row => new CopiedTeamView(row.Name, row.AcceptedAt, row.EndedAt)),
            ],
            [
                .. (
                    await db.List<VisitRow>(
                        """
                        select team.name, visit.form, visit.state, visit.starts_at, visit.ends_at, visit.note, visit.findings
                        from visit join team on team.team_id = visit.team_id where visit.request_id = @RequestId order by visit.starts_at, visit.visit_id
                        """,
                        id
                    )
                ).Select(row => new CopiedVisitView(
                    row.Name,
                    Words.To<VisitForm>(row.Form),
                    Words.To<VisitState>(row.State),
                    row.StartsAt,
                    row.EndsAt,
                    row.Note,
                    row.Findings
                )),
            ],
            [
                .. (
                    await db.List<WordRow>(
                        "select confirmed_at, solved, rating, comment from confirmation where request_id = @RequestId order by position",
                        id
                    )
                ).Select(row => new CopiedWordView(row.ConfirmedAt, row.Solved, row.Rating, row.Comment)),
            ],
            [
                .. (
                    await db.List<NoticeRow>(
                        "select created_at, kind, text, text_en from notice where request_id = @RequestId and recipient = 'requester' order by created_at, notice_id",
                        id
                    )
                ).Select(row => new CopiedNoticeView(row.CreatedAt, Words.To<NoticeKind>(row.Kind), new Text(row.Text, row.TextEn))),
            ],
            [
                .. (
                    await db.List<EventRow>(
                        """
                        select at, actor_role, subject, action, from_state, to_state, reason, note, note_en
                        from timeline where request_id = @RequestId order by seq
                        """,
                        id
                    )
                ).Select(row => new CopiedEventView(
                    row.At,
                    row.ActorRole,
                    row.Subject,
                    row.Action,
                    row.FromState,
                    row.ToState,
                    row.Reason,
                    row.Note is null ? null : new Text(row.Note, row.NoteEn ?? row.Note)
                )),
            ]
        );
    }

    private static string Write(PersonalCopyView copy, Language language)
    {
        var lines = new StringBuilder();
        Say(new Text("本服务保存的您的个人信息", "The personal data this service holds of you"));
        Say(new Text($"生成时间：{Local(copy.MadeAt)}", $"Made: {Local(copy.MadeAt)}"));
        foreach (var one in copy.Requests)
        {
            lines.Append('\n');
            Say(
                new Text(
                    $"求助 {one.Reference}（{Vocabulary.Of(one.State).Zh}）",
                    $"Request {one.Reference} ({Vocabulary.Of(one.State).En})"
                )
            );
            Fact(new Text("姓名或单位", "Name"), one.Requester.Name);
            Fact(new Text("电话", "Telephone"), one.Requester.Phone);
            Fact(new Text("统一社会信用代码", "Credit code"), one.Requester.CreditCode);
            Fact(new Text("联系人", "Contact"), one.Requester.Contact);
            Fact(new Text("地区", "Region"), one.RegionName);
            Fact(new Text("地址", "Address"), one.Address);
            Fact(new Text("位置", "Point"), string.Create(CultureInfo.InvariantCulture, $"{one.Lat}, {one.Lng}"));
            Fact(new Text("提出时间", "Submitted"), Local(one.CreatedAt));
            Fact(new Text("内容", "What was asked"), one.Text);
            Fact(new Text("结果", "What came of it"), one.Summary);
            Fact(
                new Text("向队伍提供电话", "The number goes to teams"),
                (one.ContactWithheld ? new Text("不提供", "no") : new Text("接单后提供", "once one has accepted")).In(language)
            );
            Fact(
                new Text("作为案例供他人参考（不含身份）", "Told to others as a solved case, without who asked"),
                (one.PublicationRefused ? new Text("不同意", "no") : new Text("可以", "yes")).In(language)
            );
            foreach (var team in one.Teams)
            {
                Fact(
                    new Text("曾看到您信息的队伍", "A team that had your details"),
                    $"{team.TeamName}, {Local(team.From)} - {(team.Until is { } until ? Local(until) : "")}"
                );
            }

            foreach (var visit in one.Visits)
            {
                Fact(
                    new Text("上门或远程服务", "A visit"),
                    $"{visit.TeamName}, {Local(visit.Start)}; {visit.Findings} {visit.Note}".TrimEnd()
                );
            }

            foreach (var word in one.Said)
            {
                Fact(new Text("您的评价", "What you said of it"), $"{Local(word.At)}: {word.Rating} {word.Comment}".TrimEnd());
            }

            foreach (var consent in one.Consents)
            {
                Fact(
                    new Text("您的意见", "A yes or no of yours"),
                    $"{Local(consent.SaidAt)}: {Words.Of(consent.Purpose)} v{consent.Version} {(consent.Given ? "+" : "-")}"
                );
            }

            foreach (var notice in one.Notices)
            {
                Fact(new Text("发给您的通知", "A notice to you"), $"{Local(notice.At)}: {notice.Text.In(language)}");
            }

            foreach (var step in one.History)
            {
                Fact(
                    new Text("经过", "What happened"),
                    $"{Local(step.At)}: {step.By}, {step.Subject} {step.Action} {step.Note?.In(language)}".TrimEnd()
                );
            }
        }

        return lines.ToString();

        void Say(Text text) => lines.Append(text.In(language)).Append('\n');

        void Fact(Text name, string? value)
        {
            if (value is not null)
            {
                lines.Append("  ").Append(name.In(language)).Append(": ").Append(value.ReplaceLineEndings(" ")).Append('\n');
            }
        }
    }

    private static string Local(DateTimeOffset at) => ShanghaiTime.ToLocal(at).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    private sealed record TeamRow
    {
        public string Name { get; init; } = "";
        public DateTimeOffset AcceptedAt { get; init; }
        public DateTimeOffset? EndedAt { get; init; }
    }

    private sealed record VisitRow
    {
        public string Name { get; init; } = "";
        public string Form { get; init; } = "";
        public string State { get; init; } = "";
        public DateTimeOffset StartsAt { get; init; }
        public DateTimeOffset EndsAt { get; init; }
        public string? Note { get; init; }
        public string? Findings { get; init; }
    }

    private sealed record WordRow
    {
        public DateTimeOffset ConfirmedAt { get; init; }
        public bool Solved { get; init; }
        public int? Rating { get; init; }
        public string? Comment { get; init; }
    }

    private sealed record NoticeRow
    {
        public DateTimeOffset CreatedAt { get; init; }
        public string Kind { get; init; } = "";
        public string Text { get; init; } = "";
        public string TextEn { get; init; } = "";
    }

    private sealed record EventRow
    {
        public DateTimeOffset At { get; init; }
        public string ActorRole { get; init; } = "";
        public string Subject { get; init; } = "";
        public string Action { get; init; } = "";
        public string? FromState { get; init; }
        public string? ToState { get; init; }
        public string? Reason { get; init; }
        public string? Note { get; init; }
        public string? NoteEn { get; init; }
    }
}
