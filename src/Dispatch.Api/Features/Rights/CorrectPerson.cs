using System.Text.Json.Serialization;
using Dispatch.Api.Features.Notices;
using Dispatch.Api.Features.Offers;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Features.Tracking;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Http.Contract;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Sealing;
using Dispatch.Domain.Requests;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Rights;

/// <summary>What is wrong about a person is put right. What is left out stays; the history says that it happened, and none of the values.</summary>
internal sealed record CorrectPerson(string? Name = null, string? Phone = null, string? Contact = null, string? Address = null)
    : ICommand<CorrectedPersonView>,
        IPersonCorrection
{
    [JsonIgnore]
    public Guid RequestId { get; init; }
}

/// <summary>The same by track token.</summary>
internal sealed record CorrectPersonByTrack(string? Name = null, string? Phone = null, string? Contact = null, string? Address = null)
    : ICommand<CorrectedPersonView>,
        IPersonCorrection
{
    [JsonIgnore]
    public string Track { get; init; } = "";
}

internal sealed record CorrectedPersonView(string Reference, string Name, string? Phone, string? Contact, string? Address);

internal static class CorrectPersonEndpoints
{
    public static void MapCorrectPerson(this IEndpointRouteBuilder requests) =>
        requests
            .MapPost("/{requestId:guid}/correct-person", Post)
            .WithName(nameof(CorrectPerson))
            .WithSummary("Correct name, number, contact or address of the requester")
            .AcceptIdempotencyKey()
            .ReadAcceptLanguage();

    public static void MapCorrectPersonByTrack(this IEndpointRouteBuilder tracks) =>
        tracks
            .MapPost("/{track}/correct-person", PostByTrack)
            .WithName(nameof(CorrectPersonByTrack))
            .WithSummary("Correct one's name, number, contact or address, by track token")
            .AcceptIdempotencyKey()
            .ReadAcceptLanguage();

    private static Task<CorrectedPersonView> Post(Guid requestId, CorrectPerson command, IMediator mediator, CancellationToken ct) =>
        mediator.Send(command with { RequestId = requestId }, ct);

    private static Task<CorrectedPersonView> PostByTrack(
        string track,
        CorrectPersonByTrack command,
        IMediator mediator,
        CancellationToken ct
    ) => mediator.Send(command with { Track = track }, ct);
}

/// <summary>What a correction holds, whoever makes it.</summary>
internal interface IPersonCorrection
{
    string? Name { get; }
    string? Phone { get; }
    string? Contact { get; }
    string? Address { get; }
}

internal abstract class CorrectionRules<T> : AbstractValidator<T>
    where T : IPersonCorrection
{
    protected CorrectionRules()
    {
        RuleFor(c => c.Name).MaximumLength(100);
        RuleFor(c => c.Name)
            .Must(
                (correction, name) =>
                    name is null
                        ? (correction.Phone ?? correction.Contact ?? correction.Address) is not null
                        : !string.IsNullOrWhiteSpace(name)
            )
            .Says("nothing_given", "请给出要更正的内容；姓名不能为空。", "Give what is to be corrected; a name must not be empty.");
        RuleFor(c => c.Phone).MaximumLength(30);
        RuleFor(c => c.Phone)
            .Must(phone => phone is null || PhoneNumber.Normalize(phone) is not null)
            .Says("phone", "不是有效的电话号码。", "This is no telephone number.");
        RuleFor(c => c.Contact).MaximumLength(100);
        RuleFor(c => c.Address).MaximumLength(200);
    }
}

internal sealed class CorrectPersonValidator : CorrectionRules<CorrectPerson>;

internal sealed class CorrectPersonByTrackValidator : CorrectionRules<CorrectPersonByTrack>;

internal sealed class CorrectPersonHandler(RequestStore requests, Corrections corrections)
    : IRequestHandler<CorrectPerson, CorrectedPersonView>
{
    public async Task<CorrectedPersonView> Handle(CorrectPerson command, CancellationToken cancellationToken)
    {
        var request = await requests.Hold(command.RequestId);
        requests.RefuseUnhandled(request);
        return await corrections.Make(request, command);
    }
}

internal sealed class CorrectPersonByTrackHandler(TrackStore tracks, Corrections corrections)
    : IRequestHandler<CorrectPersonByTrack, CorrectedPersonView>
{
    public async Task<CorrectedPersonView> Handle(CorrectPersonByTrack command, CancellationToken cancellationToken) =>
        await corrections.Make((await tracks.Hold(command.Track)).InHand, command);
}

/// <summary>Corrects who asks: what is sealed, and what it is found by.</summary>
internal sealed class Corrections(
    Session db,
    Caller caller,
    Persons persons,
    BlindIndex index,
    RequestStore requests,
    AssignmentStore assignments,
    TimelineStore timeline,
    NoticeStore notices,
    Veil veil,
    SecurityEvents events
)
{
    public async Task<CorrectedPersonView> Make(RequestRow request, IPersonCorrection correction)
    {
        AskErasureHandler.NotErased(request);
        var before = persons.Of(request);
        var person = before with
        {
            Name = correction.Name ?? before.Name,
            Phone = correction.Phone is null ? before.Phone : PhoneNumber.Normalize(correction.Phone),
            Contact = correction.Contact ?? before.Contact,
            Address = correction.Address ?? before.Address,
        };
        request = await requests.Update(
            request,
            "person = @person, requester_key = @key, phone_key = @phone",
            new
            {
                person = persons.Close(request.RequestId, person),
                key = index.OfRequester(
                    new RequesterBody(Words.To<RequesterKind>(request.RequesterKind), person.Name, person.Phone, person.CreditCode).Key()
                ),
                phone = index.OfPhone(person.Phone),
            }
        );
        // What was answered before says what was wrong.
        await veil.OverAnswers(request);
        await timeline.Write(
            request.RequestId,
            new Entry(TimelineSubject.Request, request.RequestId, "correct_person", request.State, request.State)
        );
        events.Note(db, SecurityEvent.PersonCorrected, request.RequestId.ToString(), caller.Subject);
        foreach (var assignment in await assignments.Active(request.RequestId))
        {
            await notices.ToTeam(request, assignment.TeamId, NoticeKind.Message, NoticeWording.Corrected(request));
        }

        return new CorrectedPersonView(request.Reference, person.Name, person.Phone, person.Contact, person.Address);
    }
}
