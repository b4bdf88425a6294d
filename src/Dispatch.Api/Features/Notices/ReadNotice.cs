using Dispatch.Api.Features.Reference;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using MediatR;

namespace Dispatch.Api.Features.Notices;

/// <summary>The recipient has read it; it is not handed out again.</summary>
internal sealed record ReadNotice(Guid NoticeId) : ICommand<NoticeRead>;

internal sealed record NoticeRead(Guid Id, DateTimeOffset ReadAt);

internal static class ReadNoticeEndpoint
{
    public static void MapReadNotice(this IEndpointRouteBuilder notices) =>
        notices
            .MapPost(
                "/{noticeId:guid}/read",
                (Guid noticeId, IMediator mediator, CancellationToken ct) => mediator.Send(new ReadNotice(noticeId), ct)
            )
            .WithName(nameof(ReadNotice))
            .WithSummary("Mark a notice as read")
            .Acts();
}

internal sealed class ReadNoticeHandler(Session db, Caller caller, Catalogue catalogue, TimeProvider clock)
    : IRequestHandler<ReadNotice, NoticeRead>
{
    public async Task<NoticeRead> Handle(ReadNotice command, CancellationToken cancellationToken)
    {
        var args = new Arguments(new { command.NoticeId, now = clock.GetUtcNow() });
        var row =
            await db.Find<Row>(
                $"update notice set read_at = coalesce(read_at, @now) where notice_id = @NoticeId and {ListNoticesHandler.Recipient(caller, catalogue, args)} returning read_at",
                args
            ) ?? throw Refused.Unknown();
        return new NoticeRead(command.NoticeId, row.ReadAt);
    }

    private sealed record Row
    {
        public DateTimeOffset ReadAt { get; init; }
    }
}
