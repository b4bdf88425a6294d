using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Http.Contract;
using Dispatch.Api.Storage;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Accounts;

/// <summary>Somebody who was barred is let in again.</summary>
internal sealed record LetInSubject(string Subject) : ICommand<BarredSubjectView>;

internal static class LetInSubjectEndpoint
{
    public static void MapLetInSubject(this IEndpointRouteBuilder subjects) =>
        subjects
            .MapPost("/let-in", Post)
            .WithName(nameof(LetInSubject))
            .WithSummary("Let somebody in again who was barred")
            .AcceptIdempotencyKey()
            .ReadAcceptLanguage();

    private static Task<BarredSubjectView> Post(LetInSubject command, IMediator mediator, CancellationToken ct) =>
        mediator.Send(command, ct);
}

internal sealed class LetInSubjectValidator : AbstractValidator<LetInSubject>
{
    public LetInSubjectValidator() => RuleFor(c => c.Subject).NotEmpty().MaximumLength(500);
}

internal sealed class LetInSubjectHandler(Session db, BarredSubjectStore subjects, Caller caller, SecurityEvents events)
    : IRequestHandler<LetInSubject, BarredSubjectView>
{
    public async Task<BarredSubjectView> Handle(LetInSubject command, CancellationToken cancellationToken)
    {
        await subjects.LetIn(command.Subject);
        events.Note(db, SecurityEvent.SubjectLetIn, command.Subject, caller.Subject);
        return new BarredSubjectView(command.Subject, false, null, null);
    }
}
