using Dispatch.Api.Features.Requests;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Auditing;
using Dispatch.Domain.Requests;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Rights;

/// <summary>Somebody calls and wants to know what is held, or to be erased: the requests with this number, in the caller's region.</summary>
internal sealed record LookUpPerson(string Phone) : ICommand<FoundPersonView>;

internal sealed record FoundPersonView(IReadOnlyList<FoundRequestView> Items);

internal sealed record FoundRequestView(
    Guid RequestId,
    string Reference,
    HelpRequestState State,
    string Name,
    string RegionCode,
    DateTimeOffset CreatedAt
);

internal static class LookUpPersonEndpoint
{
    public static void MapLookUpPerson(this IEndpointRouteBuilder persons) =>
        persons
            .MapPost("/look-up", Post)
            .WithName(nameof(LookUpPerson))
            .WithSummary("Find the requests of a telephone number")
            .AnswersSecret();

    private static Task<FoundPersonView> Post(LookUpPerson command, IMediator mediator, CancellationToken ct) => mediator.Send(command, ct);
}

internal sealed class LookUpPersonValidator : AbstractValidator<LookUpPerson>
{
    public LookUpPersonValidator()
    {
        RuleFor(c => c.Phone).NotEmpty().MaximumLength(30);
        RuleFor(c => c.Phone)
            .Must(phone => PhoneNumber.Normalize(phone) is not null)
            .Says("phone", "不是有效的电话号码。", "This is no telephone number.");
    }
}

internal sealed class LookUpPersonHandler(
    Session db,
    Caller caller,
    PersonGroup group,
    Persons persons,
    SecurityEvents events,
    AuditTrail trail
) : IRequestHandler<LookUpPerson, FoundPersonView>
{
    public async Task<FoundPersonView> Handle(LookUpPerson request, CancellationToken cancellationToken)
    {
        var found = await group.OfPhone(request.Phone);
        events.Note(db, SecurityEvent.PersonLookedUp, found is [var only] ? only.RequestId.ToString() : null, caller.Subject);
        // Of a held request its handler alone knows who asked.
        var known = found.Where(caller.ReadsHeld).ToList();
        foreach (var one in known)
        {
            trail.Saw(one.RequestId, one.RegionCode, [PersonalDataClass.Name, PersonalDataClass.Phone]);
        }

        return new FoundPersonView([
            .. known.Select(one => new FoundRequestView(
                one.RequestId,
                one.Reference,
                one.StateNow,
                persons.Of(one).Name,
                one.RegionCode,
                one.CreatedAt
            )),
        ]);
    }
}
