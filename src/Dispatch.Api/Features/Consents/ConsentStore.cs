using Dispatch.Api.Features.Notices;
using Dispatch.Api.Features.Offers;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Features.Rights;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Domain.Requests;
using FluentValidation;

namespace Dispatch.Api.Features.Consents;

/// <summary>A yes or a no.</summary>
internal sealed record ConsentBody(ConsentPurpose Purpose, bool Given);

internal sealed class ConsentBodyValidator : AbstractValidator<ConsentBody>
{
    public ConsentBodyValidator()
    {
        RuleFor(c => c.Purpose).IsInEnum();
        RuleFor(c => c.Given)
            .Must((consent, given) => given || consent.Purpose != ConsentPurpose.Service)
            .Says(
                "not_optional",
                "办理求助所必需，不能单独拒绝；可撤回求助，或要求删除个人信息。",
                "The help itself rests on it. Withdraw the request, or wish to be erased."
            );
    }
}

/// <summary>What was said to one wording.</summary>
internal sealed record ConsentView(ConsentPurpose Purpose, int Version, bool Given, Channel Channel, DateTimeOffset SaidAt);

/// <param name="Items">All that was said, the last word last.</param>
internal sealed record ConsentsView(string Reference, IReadOnlyList<ConsentView> Items);

/// <summary>Keeps what requesters said, and lets the last word count at once.</summary>
internal sealed class ConsentStore(
    Session db,
    Caller caller,
    RequestStore requests,
    AssignmentStore assignments,
    TimelineStore timeline,
    NoticeStore notices,
    Veil veil,
    TimeProvider clock
)
{
    /// <summary>Said with the request itself.</summary>
    public async Task<RequestRow> SayAtOnce(RequestRow request, IReadOnlyList<ConsentBody> said)
    {
        foreach (var consent in said)
        {
            await Keep(request, consent, Words.To<Channel>(request.Channel));
        }

        return await Follow(request, said);
    }

    /// <summary>Said later. What was lawful until now stays so.</summary>
    public async Task<ConsentsView> Say(RequestRow request, ConsentBody said)
    {
        AskErasureHandler.NotErased(request);
        await Keep(request, said, caller.IsOffice ? Channel.Phone : Channel.Web);
        var withheld = request.ContactWithheld;
        request = await Follow(request, [said]);
        await timeline.Write(
            request.RequestId,
            new Entry(
                TimelineSubject.Request,
                request.RequestId,
                "consent",
                request.State,
                request.State,
                $"{Words.Of(said.Purpose)}_{(said.Given ? "given" : "refused")}"
            )
        );
        if (request.ContactWithheld && !withheld)
        {
            await veil.OverAnswers(request);
            var text = NoticeWording.ContactWithheld(request);
            await notices.ToOfficers(request, NoticeKind.Message, text);
            foreach (var assignment in await assignments.Active(request.RequestId))
            {
                await notices.ToTeam(request, assignment.TeamId, NoticeKind.Message, text);
            }
        }

        return new ConsentsView(request.Reference, await Of(request.RequestId));
    }

    public async Task<IReadOnlyList<ConsentView>> Of(Guid requestId)
    {
        var rows = await db.List<ConsentRow>(
            "select purpose, version, given, channel, said_at from consent where request_id = @requestId order by seq",
            new { requestId }
        );
        return
        [
            .. rows.Select(row => new ConsentView(
                Words.To<ConsentPurpose>(row.Purpose),
                row.Version,
                row.Given,
                Words.To<Channel>(row.Channel),
                row.SaidAt
            )),
        ];
    }

    private async Task<RequestRow> Follow(RequestRow request, IReadOnlyList<ConsentBody> said)
    {
        var (contact, publication) = (Last(ConsentPurpose.Contact), Last(ConsentPurpose.Publication));
        var (withheld, refused) = (
            contact is null ? request.ContactWithheld : !contact.Given,
            publication is null ? request.PublicationRefused : !publication.Given
        );
        return withheld == request.ContactWithheld && refused == request.PublicationRefused
            ? request
            : await requests.Update(request, "contact_withheld = @withheld, publication_refused = @refused", new { withheld, refused });

        ConsentBody? Last(ConsentPurpose purpose) => said.LastOrDefault(consent => consent.Purpose == purpose);
    }

    private Task Keep(RequestRow request, ConsentBody said, Channel channel) =>
        db.Execute(
            """
            insert into consent (request_id, seq, purpose, version, given, channel, said_at)
            values (@RequestId, (select coalesce(max(seq), 0) + 1 from consent where request_id = @RequestId), @purpose,
                (select max(version) from consent_text where purpose = @purpose), @Given, @channel, @now)
            """,
            new
            {
                request.RequestId,
                purpose = Words.Of(said.Purpose),
                said.Given,
                channel = Words.Of(channel),
                now = clock.GetUtcNow(),
            }
        );

    private sealed record ConsentRow
    {
        public string Purpose { get; init; } = "";
        public int Version { get; init; }
        public bool Given { get; init; }
        public string Channel { get; init; } = "";
        public DateTimeOffset SaidAt { get; init; }
    }
}
