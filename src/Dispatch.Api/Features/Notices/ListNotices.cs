using Dispatch.Api.Features.Reference;
using Dispatch.Api.Features.Visits;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Domain.Geography;
using MediatR;

namespace Dispatch.Api.Features.Notices;

internal sealed record NoticeView(
    Guid Id,
    string Kind,
    Text Text,
    Guid RequestId,
    Guid? OfferId,
    DateTimeOffset CreatedAt,
    DateTimeOffset? DeliveredAt
);

internal sealed record NoticesView(IReadOnlyList<NoticeView> Items);

/// <summary>What the caller has not read yet, oldest first. Handing it out is delivery.</summary>
internal sealed record ListNotices : IRequest<NoticesView>;

internal static class ListNoticesEndpoint
{
    private const int LongestWait = 30;
    private static readonly TimeSpan OtherNodesLook = TimeSpan.FromSeconds(1);

    public static void MapListNotices(this IEndpointRouteBuilder notices) =>
        notices
            .MapGet("/", Get)
            .WithName(nameof(ListNotices))
            .WithSummary("Read unread notices; with wait, as soon as there are some")
            .ShowsMany()
            .Goes(Precedence.Apart);

    /// <summary>A long poll: answers at once when something is unread, else as soon as something is, at the latest after <paramref name="wait"/> seconds.</summary>
    private static async Task<NoticesView> Get(
        HttpContext http,
        IServiceScopeFactory scopes,
        NoticeSignal signal,
        NoticeWaits waits,
        IHostApplicationLifetime lifetime,
        CancellationToken ct,
        int? wait = null
    )
    {
        if (wait is < 0 or > LongestWait)
        {
            throw QueryNames.Wrong(
                "wait",
                "out_of_range",
                $"wait 须在 0 到 {LongestWait} 秒之间。",
                $"wait must be between 0 and {LongestWait} seconds."
            );
        }

        using var waiting = wait > 0 ? waits.Begin(http.Caller().Subject) : null;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct, lifetime.ApplicationStopping);
        var until = Environment.TickCount64 + (wait ?? 0) * 1000L;
        while (true)
        {
            var woken = signal.Next;
            var found = await Look(scopes, ct);
            var left = until - Environment.TickCount64;
            // A service that stops answers those who wait, so that it can stop.
            if (found.Items.Count > 0 || left <= 0 || lifetime.ApplicationStopping.IsCancellationRequested)
            {
                return found;
            }

            await Task.WhenAny(
                woken,
                Task.Delay(TimeSpan.FromMilliseconds(Math.Min(left, OtherNodesLook.TotalMilliseconds)), patience.Token)
            );
            ct.ThrowIfCancellationRequested();
        }
    }

    // A scope of its own each time: a look must see what was committed since the last one.
    private static async Task<NoticesView> Look(IServiceScopeFactory scopes, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var mediator = scope.ServiceProvider.GetRequiredService<IMediator>();
        var found = await mediator.Send(new ListNotices(), ct);
        var fresh = found.Items.Where(notice => notice.DeliveredAt is null).Select(notice => notice.Id).ToList();
        if (fresh.Count > 0)
        {
            await mediator.Send(new DeliverNotices(fresh), ct);
        }

        return found;
    }
}

internal sealed class ListNoticesHandler(Session db, Caller caller, Catalogue catalogue) : IRequestHandler<ListNotices, NoticesView>
{
    private const int MostAtOnce = 100;

    public async Task<NoticesView> Handle(ListNotices query, CancellationToken cancellationToken)
    {
        var args = new Arguments(new { limit = MostAtOnce });
        var rows = await db.List<Row>(
            $"""
            select notice_id, kind, text, text_en, request_id, offer_id, created_at, delivered_at
            from notice where read_at is null and {Recipient(caller, catalogue, args)}
            order by created_at, notice_id limit @limit
            """,
            args
        );
        return new NoticesView([
            .. rows.Select(r => new NoticeView(
                r.NoticeId,
                r.Kind,
                new Text(r.Text, r.TextEn),
                r.RequestId,
                r.OfferId,
                r.CreatedAt,
                r.DeliveredAt
            )),
        ]);
    }

    /// <summary>Whose notices these are: said once, for reading and for marking read.</summary>
    public static string Recipient(Caller caller, Catalogue catalogue, Arguments args)
    {
        if (caller.IsOfTeam)
        {
            args.Add("key", caller.TeamId?.ToString("D"));
            var teams = "recipient = 'team' and recipient_key = @key";
            return caller.Role == Role.Member ? $"{teams} and {OwnVisits.SqlOfRequest(caller, "notice.request_id", args)}" : teams;
        }

        args.Add("key", caller.IsOffice ? caller.RegionCode : caller.Subject);
        return caller switch
        {
            { IsOffice: true, RegionCode: null } => "recipient = 'officer'",
            { IsOffice: true } => $"recipient = 'officer' and {OfOffice(catalogue.Regions.Find(caller.RegionCode))}",
            _ => "recipient = 'requester' and recipient_key = @key",
        };
    }

    // One equality where it is known what the region is: an office looks often, and an index finds its own among all that nobody has read.
    private static string OfOffice(Region? region) =>
        region?.Level switch
        {
            RegionLevel.Province => "province_code = @key",
            RegionLevel.City => "city_code = @key",
            RegionLevel.County => "county_code = @key",
            _ => "(recipient_key = @key or county_code = @key or city_code = @key or province_code = @key)",
        };

    private sealed record Row
    {
        public Guid NoticeId { get; init; }
        public string Kind { get; init; } = "";
        public string Text { get; init; } = "";
        public string TextEn { get; init; } = "";
        public Guid RequestId { get; init; }
        public Guid? OfferId { get; init; }
        public DateTimeOffset CreatedAt { get; init; }
        public DateTimeOffset? DeliveredAt { get; init; }
    }
}
