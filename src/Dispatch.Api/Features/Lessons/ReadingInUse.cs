using Dispatch.Api.Features.Reference;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Storage;
using Dispatch.Domain.Suggestions;

namespace Dispatch.Api.Features.Lessons;

/// <summary>Keeps the reader of this node what the database says is in use.</summary>
internal sealed class ReadingInUse(Database database, Catalogue catalogue, Persons persons)
{
    private volatile Figured figured = new(null, null!);

    /// <summary>Looks what is in use, and takes it up. What was taught is learned anew from its lessons: the same ones make the same reader.</summary>
    public async Task Follow(CancellationToken ct)
    {
        await using var db = new Session(database);
        var active = await new LessonStore(db, persons).Active();
        if (active.Number != catalogue.Reader.Version)
        {
            catalogue.Use((await Made(active.Number, ct))!);
        }
    }

    /// <summary>The reader of a version; null where there is no such version, or it was refused.</summary>
    public async Task<Reader?> Made(int number, CancellationToken ct)
    {
        if (number == 0)
        {
            return new Reader(0, catalogue.Delivered);
        }

        await using var db = new Session(database);
        var store = new LessonStore(db, persons);
        if (await store.Find(number) is not { } row || row.StateNow == VersionState.Refused)
        {
            return null;
        }

        var lessons = await store.LessonsOf(number);
        await db.CloseReading();
        return new Reader(number, Teacher.Again(catalogue.Delivered, [.. lessons.Select(lesson => lesson.Example)], row.Firmness, ct));
    }

    /// <summary>How the reader in use reads the control.</summary>
    public ControlFigures FiguresNow() => FiguresOf(catalogue.Suggester);

    /// <summary>How what the service was delivered with reads the control.</summary>
    public ControlFigures FiguresDelivered() => FiguresOf(catalogue.Delivered);

    private ControlFigures FiguresOf(Suggester suggester)
    {
        var known = figured;
        if (known.Suggester != suggester)
        {
            figured = known = new Figured(suggester, Control.Of(suggester));
        }

        return known.Figures;
    }

    private sealed record Figured(Suggester? Suggester, ControlFigures Figures);
}
