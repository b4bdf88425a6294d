using Dispatch.Api.Features.Requests;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Dispatch.Api.Features.Lessons;

/// <summary>What was read from a text, and what an officer made of it; the main skill first.</summary>
/// <param name="Text">Without what points to a person or a house, as it would be learned.</param>
internal sealed record SkillCorrectionView(
    Guid RequestId,
    string Reference,
    string Text,
    IReadOnlyList<string> Suggested,
    IReadOnlyList<string> Chosen,
    CorrectionState State,
    DateTimeOffset CorrectedAt,
    string CorrectedBy,
    string? JudgedBy
);

/// <summary>Corrections of what was read, newest first.</summary>
internal sealed record ListSkillCorrections(HttpContext Http, string? State, int? PageSize, string? Cursor)
    : IRequest<Page<SkillCorrectionView>>;

internal static class ListSkillCorrectionsEndpoint
{
    public static void MapListSkillCorrections(this IEndpointRouteBuilder corrections) =>
        corrections.MapGet("/", Get).WithName(nameof(ListSkillCorrections)).WithSummary("List corrections of what was read").ShowsMany();

    private static Task<Page<SkillCorrectionView>> Get(
        HttpContext http,
        IMediator mediator,
        CancellationToken ct,
        string? state = null,
        [FromQuery(Name = "page_size")] int? pageSize = null,
        string? cursor = null
    ) => mediator.Send(new ListSkillCorrections(http, state, pageSize, cursor), ct);
}

internal sealed class ListSkillCorrectionsHandler(Session db, Caller caller, Persons persons)
    : IRequestHandler<ListSkillCorrections, Page<SkillCorrectionView>>
{
    public async Task<Page<SkillCorrectionView>> Handle(ListSkillCorrections query, CancellationToken cancellationToken)
    {
        var size = Paging.Size(query.PageSize);
        var after = Paging.After<Key>(query.Http, query.Cursor);
        var (where, args) = (new List<string>(), new Arguments());
        if (caller.RegionCode is not null)
        {
            where.Add(RegionScope.Sql("help_request", "@scope"));
            args.Add("scope", caller.RegionCode);
        }

        if (query.State is not null)
        {
            var known = string.Join(", ", Words.All<CorrectionState>());
            where.Add($"{CorrectionRow.StateNow} = @state");
            args.Add(
                "state",
                Words.TryTo<CorrectionState>(query.State, out _)
                    ? query.State
                    : throw QueryNames.Wrong("state", "unknown", $"state 只能是：{known}。", $"state is one of: {known}.")
            );
        }

        if (after is not null)
        {
            where.Add(
                "(skill_correction.corrected_at < @afterAt or (skill_correction.corrected_at = @afterAt and skill_correction.request_id < @afterId))"
            );
            args.Add("afterAt", after.At);
            args.Add("afterId", after.Id);
        }

        args.Add("limit", size + 1);
        var rows = await db.List<CorrectionRow>(
            $"""
            select {CorrectionRow.Columns} {CorrectionRow.From} {string.Concat(where.Select(condition => $"and {condition} "))}
            order by skill_correction.corrected_at desc, skill_correction.request_id desc limit @limit
            """,
            args
        );
        return Paging.Of(query.Http, rows, size, View, row => new Key(row.CorrectedAt, row.RequestId));
    }

    private SkillCorrectionView View(CorrectionRow row) =>
        new(
            row.RequestId,
            row.Reference,
            row.Masked(persons),
            row.Suggested.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            row.Chosen.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            row.Standing,
            row.CorrectedAt,
            row.CorrectedBy,
            row.JudgedBy
        );

    private sealed record Key(DateTimeOffset At, Guid Id);
}
