using System.Text.Json.Serialization;
using Dispatch.Api.Features.Reference;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Lessons;

/// <summary>Goes back to an older version of reading, or forward again: it reads exactly as it did then.</summary>
internal sealed record ActivateSuggestionVersion(string? Note = null) : ICommand<SuggestionVersionView>
{
    [JsonIgnore]
    public int Number { get; init; }

    /// <summary>Learned again before the command waits for its turn to write.</summary>
    [JsonIgnore]
    public Reader? Reader { get; init; }
}

internal static class ActivateSuggestionVersionEndpoint
{
    public static void MapActivateSuggestionVersion(this IEndpointRouteBuilder versions) =>
        versions
            .MapPost("/{number:int}/activate", Post)
            .WithName(nameof(ActivateSuggestionVersion))
            .WithSummary("Read texts as this version does")
            .Acts();

    private static async Task<SuggestionVersionView> Post(
        int number,
        ActivateSuggestionVersion command,
        ReadingInUse reading,
        IMediator mediator,
        CancellationToken ct
    ) => await mediator.Send(command with { Number = number, Reader = await reading.Made(number, ct) }, ct);
}

internal sealed class ActivateSuggestionVersionValidator : AbstractValidator<ActivateSuggestionVersion>
{
    public ActivateSuggestionVersionValidator()
    {
        RuleFor(c => c.Note).MaximumLength(2000);
    }
}

internal sealed class ActivateSuggestionVersionHandler(
    Session db,
    Caller caller,
    Catalogue catalogue,
    LessonStore store,
    ReadingInUse reading,
    TimeProvider clock
) : IRequestHandler<ActivateSuggestionVersion, SuggestionVersionView>
{
    public async Task<SuggestionVersionView> Handle(ActivateSuggestionVersion command, CancellationToken cancellationToken)
    {
        await store.Hold();
        var row = await store.Require(command.Number);
        if (row.StateNow == VersionState.Refused)
        {
            throw new Refused(
                ProblemKinds.VersionRefused,
                "该版本在对照集上变差，不能启用。请先处理其中有误的更正，再生成新版本。",
                "This version reads the control worse and is not taken into use. Refuse the corrections that are wrong, then make a new one."
            );
        }

        if (row.StateNow == VersionState.Accepted)
        {
            row = await store.Activate(row, clock.GetUtcNow(), caller.Subject, command.Note);
            db.AfterCommit(() => catalogue.Use(command.Reader!));
        }

        return SuggestionVersionView.Of(row, reading);
    }
}
