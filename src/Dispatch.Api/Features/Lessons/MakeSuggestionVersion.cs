using System.Text.Json.Serialization;
using Dispatch.Api.Features.Reference;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Domain.Suggestions;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Lessons;

/// <summary>Teaches what is confirmed now. The new version is in use at once if it reads the control no worse than the one before; else it is kept as
/// refused.</summary>
internal sealed record MakeSuggestionVersion(string? Note = null) : ICreates<SuggestionVersionView>
{
    /// <summary>Learned before the command waits for its turn to write.</summary>
    [JsonIgnore]
    public Attempt? Attempt { get; init; }
}

/// <summary>What was taught, and what came of it.</summary>
/// <param name="ComparedWith">The version in use meanwhile.</param>
/// <param name="Taught">Null where nothing is new.</param>
internal sealed record Attempt(int ComparedWith, IReadOnlyList<LessonRow> Lessons, Taught? Taught);

internal static class MakeSuggestionVersionEndpoint
{
    public static void MapMakeSuggestionVersion(this IEndpointRouteBuilder versions) =>
        versions
            .MapPost("/", Post)
            .WithName(nameof(MakeSuggestionVersion))
            .WithSummary("Learn from the corrections confirmed so far")
            .Creates<SuggestionVersionView>();

    private static async Task<SuggestionVersionView> Post(
        MakeSuggestionVersion command,
        Teaching teaching,
        IMediator mediator,
        CancellationToken ct
    ) => await mediator.Send(command with { Attempt = await teaching.Try(ct) }, ct);
}

internal sealed class MakeSuggestionVersionValidator : AbstractValidator<MakeSuggestionVersion>
{
    public MakeSuggestionVersionValidator()
    {
        RuleFor(c => c.Note).MaximumLength(2000);
    }
}

/// <summary>Learns outside every transaction: it takes a second, and nobody waits for it.</summary>
internal sealed class Teaching(Database database, Catalogue catalogue, Persons persons, ReadingInUse reading)
{
    public async Task<Attempt> Try(CancellationToken ct)
    {
        await using var db = new Session(database);
        var store = new LessonStore(db, persons);
        var active = await store.Active();
        var (lessons, known) = (await store.Confirmed(), await store.LessonsOf(active.Number));
        await db.CloseReading();
        if (lessons.SequenceEqual(known))
        {
            return new Attempt(active.Number, lessons, null);
        }

        var before = active.Number == catalogue.Reader.Version ? reading.FiguresNow() : active.Figures ?? reading.FiguresDelivered();
        var taught = Teacher.Teach(catalogue.Delivered, [.. lessons.Select(lesson => lesson.Example)], before, ct);
        return new Attempt(active.Number, lessons, taught);
    }
}

internal sealed class MakeSuggestionVersionHandler(
    Session db,
    Caller caller,
    Catalogue catalogue,
    LessonStore store,
    ReadingInUse reading,
    TimeProvider clock
) : IRequestHandler<MakeSuggestionVersion, SuggestionVersionView>
{
    public async Task<SuggestionVersionView> Handle(MakeSuggestionVersion command, CancellationToken cancellationToken)
    {
        var attempt = command.Attempt!;
        await store.Hold();
        if ((await store.Active()).Number != attempt.ComparedWith || !attempt.Lessons.SequenceEqual(await store.Confirmed()))
        {
            throw new Refused(
                ProblemKinds.Conflict,
                "学习期间又有更正或版本变动，请重试。",
                "A correction or the version in use changed meanwhile. Try again."
            );
        }

        if (attempt.Taught is not { } taught)
        {
            throw new Refused(
                ProblemKinds.NothingToLearn,
                "没有新的已核实更正；现用版本已学过全部更正。",
                "No confirmed correction is new: the version in use knows them all."
            );
        }

        var now = clock.GetUtcNow();
        var figures = taught.Figures;
        var row = await store.Insert(
            new VersionRow
            {
                State = Words.Of(taught.Accepted ? VersionState.Accepted : VersionState.Refused),
                MadeAt = now,
                MadeBy = caller.Subject,
                Note = command.Note,
                ComparedWith = attempt.ComparedWith,
                Lessons = attempt.Lessons.Count,
                Firmness = taught.Firmness,
                GivenFirst = figures.GivenFirst,
                GivenThree = figures.GivenThree,
                UnseenFirst = figures.UnseenFirst,
                UnseenThree = figures.UnseenThree,
            }
        );
        await store.Teach(row.Number, attempt.Lessons);
        if (taught.Accepted)
        {
            row = await store.Activate(row, now, caller.Subject, command.Note);
            db.AfterCommit(() => catalogue.Use(new Reader(row.Number, taught.Suggester)));
        }

        return SuggestionVersionView.Of(row, reading);
    }
}
