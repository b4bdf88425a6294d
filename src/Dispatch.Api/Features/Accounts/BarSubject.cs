using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Http.Contract;
using Dispatch.Api.Storage;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Accounts;

/// <summary>Somebody of an issuer outside is not let in any more, from the next call on, whatever token is in hand.</summary>
internal sealed record BarSubject(string Subject) : ICommand<BarredSubjectView>;

/// <param name="Subject">Issuer and subject, as they stand where the person has acted.</param>
internal sealed record BarredSubjectView(string Subject, bool Barred, DateTimeOffset? BarredAt, string? BarredBy);

internal static class BarSubjectEndpoint
{
    public static void MapBarSubject(this IEndpointRouteBuilder subjects) =>
        subjects
            .MapPost("/bar", Post)
            .WithName(nameof(BarSubject))
            .WithSummary("Let somebody of an issuer outside in no longer")
            .AcceptIdempotencyKey()
            .ReadAcceptLanguage();

    private static Task<BarredSubjectView> Post(BarSubject command, IMediator mediator, CancellationToken ct) => mediator.Send(command, ct);
}

internal sealed class BarSubjectValidator : AbstractValidator<BarSubject>
{
    public BarSubjectValidator() => RuleFor(c => c.Subject).NotEmpty().MaximumLength(500);
}

internal sealed class BarSubjectHandler(Session db, BarredSubjectStore subjects, Caller caller, SecurityEvents events)
    : IRequestHandler<BarSubject, BarredSubjectView>
{
    public async Task<BarredSubjectView> Handle(BarSubject command, CancellationToken cancellationToken)
    {
        var barred = await subjects.Bar(command.Subject);
        events.Note(db, SecurityEvent.SubjectBarred, command.Subject, caller.Subject);
        return barred.View;
    }
}
