using Dispatch.Api.Features.Requests;
using Dispatch.Api.Http;
using Dispatch.Api.Storage;
using Dispatch.Domain.Suggestions;

namespace Dispatch.Api.Features.Lessons;

internal enum VersionState
{
    /// <summary>In use.</summary>
    Active,

    /// <summary>Read the control no worse than the one in use before it; may be taken up again.</summary>
    Accepted,

    /// <summary>Read the control worse; kept for its figures.</summary>
    Refused,
}

/// <summary>One version of reading as it is stored.</summary>
internal sealed record VersionRow
{
    public const string Columns =
        "number, state, version, made_at, made_by, activated_at, activated_by, note, compared_with, lessons, firmness, given_first, given_three, unseen_first, unseen_three";

    public int Number { get; init; }
    public string State { get; init; } = "";
    public long Version { get; init; }
    public DateTimeOffset? MadeAt { get; init; }
    public string MadeBy { get; init; } = "";
    public DateTimeOffset? ActivatedAt { get; init; }
    public string? ActivatedBy { get; init; }
    public string? Note { get; init; }
    public int? ComparedWith { get; init; }
    public int Lessons { get; init; }
    public int Firmness { get; init; }
    public int? GivenFirst { get; init; }
    public int? GivenThree { get; init; }
    public int? UnseenFirst { get; init; }
    public int? UnseenThree { get; init; }

    public VersionState StateNow => Words.To<VersionState>(State);

    /// <summary>Of what the service was delivered with they are counted when asked for: another release may read otherwise.</summary>
    public ControlFigures? Figures =>
        GivenFirst is { } givenFirst ? new ControlFigures(givenFirst, GivenThree ?? 0, UnseenFirst ?? 0, UnseenThree ?? 0) : null;
}

/// <summary>One confirmed correction as it is learned.</summary>
internal sealed record LessonRow
{
    public Guid RequestId { get; init; }
    public string SkillCode { get; init; } = "";
    public string Text { get; init; } = "";
    public DateTimeOffset CorrectedAt { get; init; }

    public Domain.Texts.Example Example => new(SkillCode, Text);
}

/// <summary>The versions of reading and the lessons each was taught.</summary>
internal sealed class LessonStore(Session db, Persons persons)
{
    public Task<VersionRow?> Find(int number) =>
        db.Find<VersionRow>($"select {VersionRow.Columns} from suggestion_version where number = @number", new { number });

    public async Task<VersionRow> Active() =>
        (await db.Find<VersionRow>($"select {VersionRow.Columns} from suggestion_version where state = 'active'"))!;

    /// <summary>One change of what is in use at a time.</summary>
    public Task Hold() => db.HoldKey("suggestion versions");

    /// <summary>In the order they were learned in.</summary>
    public Task<IReadOnlyList<LessonRow>> LessonsOf(int number) =>
        db.List<LessonRow>(
            """
            select request_id, skill_code, text, corrected_at from suggestion_lesson
            where since_version <= @number and (until_version is null or until_version > @number)
            order by corrected_at, request_id
            """,
            new { number }
        );

    /// <summary>What is confirmed now, without personal data, in the order it is learned in.</summary>
    public async Task<IReadOnlyList<LessonRow>> Confirmed()
    {
        var rows = await db.List<CorrectionRow>(
            $"""
            select {CorrectionRow.Columns} {CorrectionRow.From} and {CorrectionRow.StateNow} = 'confirmed'
            order by skill_correction.corrected_at desc, skill_correction.request_id desc limit {Teacher.Most}
            """
        );
        return
        [
            .. rows.Reverse()
                .Select(row => new LessonRow
                {
                    RequestId = row.RequestId,
                    SkillCode = row.MainSkill,
                    Text = row.Masked(persons),
                    CorrectedAt = row.CorrectedAt,
                }),
        ];
    }

    public async Task<VersionRow> Insert(VersionRow row)
    {
        var number = (int)await db.Value<long>("select max(number) + 1 from suggestion_version");
        return (
            await db.Find<VersionRow>(
                $"""
                insert into suggestion_version (number, state, version, made_at, made_by, note, compared_with, lessons, firmness, given_first, given_three, unseen_first, unseen_three)
                values (@number, @State, 1, @MadeAt, @MadeBy, @Note, @ComparedWith, @Lessons, @Firmness, @GivenFirst, @GivenThree, @UnseenFirst, @UnseenThree)
                returning {VersionRow.Columns}
                """,
                new
                {
                    number,
                    row.State,
                    row.MadeAt,
                    row.MadeBy,
                    row.Note,
                    row.ComparedWith,
                    row.Lessons,
                    row.Firmness,
                    row.GivenFirst,
                    row.GivenThree,
                    row.UnseenFirst,
                    row.UnseenThree,
                }
            )
        )!;
    }

    /// <summary>Writes down what this version was taught: only what is new begins with it, and what is not confirmed any more ends.</summary>
    public async Task Teach(int number, IReadOnlyList<LessonRow> lessons)
    {
        var open = await db.List<LessonRow>(
            "select request_id, skill_code, text, corrected_at from suggestion_lesson where until_version is null"
        );
        var goesOn = open.ToHashSet();
        goesOn.IntersectWith(lessons);
        foreach (var ended in open.Where(lesson => !goesOn.Contains(lesson)))
        {
            await db.Execute(
                "update suggestion_lesson set until_version = @number where request_id = @RequestId and until_version is null",
                new { number, ended.RequestId }
            );
        }

        foreach (var lesson in lessons.Where(lesson => !goesOn.Contains(lesson)))
        {
            await db.Execute(
                """
                insert into suggestion_lesson (request_id, since_version, skill_code, text, corrected_at)
                values (@RequestId, @number, @SkillCode, @Text, @CorrectedAt)
                """,
                new
                {
                    lesson.RequestId,
                    number,
                    lesson.SkillCode,
                    lesson.Text,
                    lesson.CorrectedAt,
                }
            );
        }
    }

    /// <summary>The one way into use; what was in use before may be taken up again.</summary>
    public async Task<VersionRow> Activate(VersionRow row, DateTimeOffset now, string by, string? note)
    {
        await db.Execute("update suggestion_version set state = 'accepted', version = version + 1 where state = 'active'");
        return (
            await db.Find<VersionRow>(
                $"""
                update suggestion_version set state = 'active', version = version + 1, activated_at = @now, activated_by = @by, note = @note
                where number = @Number returning {VersionRow.Columns}
                """,
                new
                {
                    row.Number,
                    now,
                    by,
                    note,
                }
            )
        )!;
    }

    public async Task<VersionRow> Require(int number) => await Find(number) ?? throw Refused.Unknown();
}
