using System.Text;
using System.Text.Json;
using Dispatch.Api.Features.Health;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Http;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Auditing;
using Dispatch.Api.Telemetry;
using MediatR;

namespace Dispatch.Api.Features.Notices;

/// <summary>Passes notices to one HTTP address (<c>Dispatch:NoticeHook</c>) that turns them into SMS or WeCom messages. A 2xx is
/// delivery; anything else is tried again, later each time.</summary>
internal sealed class NoticeHook(
    IServiceScopeFactory scopes,
    HttpClient http,
    Persons persons,
    NoticeSignal signal,
    TimeProvider clock,
    Readiness readiness,
    Instruments instruments,
    IConfiguration configuration,
    ILogger<NoticeHook> log
) : WokenLoop(signal, readiness, log)
{
    /// <summary>An address that hangs must not keep the other notices waiting.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    private const int MostAtOnce = 50;
    private const int MostAttempts = 8;

    public static bool IsConfigured(IConfiguration configuration) => configuration["Dispatch:NoticeHook"] is { Length: > 0 };

    /// <summary>Telephone numbers go there: nobody on the way reads them.</summary>
    public static void DemandAddress(IHostEnvironment environment, IConfiguration configuration)
    {
        if (!IsConfigured(configuration))
        {
            return;
        }

        if (
            !Uri.TryCreate(configuration["Dispatch:NoticeHook"], UriKind.Absolute, out var address)
            || (address.Scheme != Uri.UriSchemeHttps && !(environment.IsDevelopment() && address.Scheme == Uri.UriSchemeHttp))
            || address.UserInfo.Length > 0
        )
        {
            throw new InvalidOperationException(
                "Dispatch:NoticeHook must be an https address without a user name. A host that is not public is reached only in the networks of Dispatch:NoticeHookNetworks."
            );
        }
    }

    /// <summary>Sends what is due now; returns how many were delivered.</summary>
    public async Task<int> SendDue(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Session>();
        var due = await db.List<Row>(
            """
            select notice.notice_id, notice.recipient, notice.recipient_key, notice.kind, notice.text, notice.text_en, notice.request_id, notice.offer_id, notice.hook_attempts, notice.created_at, help_request.region_code,
                   case when notice.recipient = 'requester' then help_request.person end as person
            from notice join help_request on help_request.request_id = notice.request_id
            where notice.delivered_at is null and notice.hook_next_at <= @now and notice.hook_attempts < @most
            order by notice.created_at, notice.notice_id limit @limit
            """,
            new
            {
                now = clock.GetUtcNow(),
                most = MostAttempts,
                limit = MostAtOnce,
            }
        );
        await db.CloseReading();
        // Whoever passes them on is told telephone numbers.
        var trail = scope.ServiceProvider.GetRequiredService<AuditTrail>();
        foreach (var notice in due.Where(notice => PhoneOf(notice) is not null))
        {
            trail.Saw("request", notice.RequestId, notice.RegionCode, [PersonalDataClass.Phone]);
        }

        await trail.BeforeShown("SendNotices", ct);
        var delivered = 0;
        foreach (var notice in due)
        {
            var sent = await Send(notice, ct);
            instruments.NoticeHooked(sent ? HookOutcome.Delivered : HookOutcome.Postponed);
            await using var turn = scopes.CreateAsyncScope();
            var mediator = turn.ServiceProvider.GetRequiredService<IMediator>();
            if (sent)
            {
                delivered++;
                await mediator.Send(new DeliverNotices([notice.NoticeId]), ct);
            }
            else
            {
                await mediator.Send(new PostponeNotice(notice.NoticeId, notice.HookAttempts + 1), ct);
            }
        }

        return delivered;
    }

    protected override string Failure => "The notice hook could not be worked";

    protected override Task Round(CancellationToken ct) => SendDue(ct);

    private string? PhoneOf(Row notice) => notice.Person is null ? null : persons.Open(notice.RequestId, notice.Person).Phone;

    private async Task<bool> Send(Row notice, CancellationToken ct)
    {
        var body = JsonSerializer.Serialize(
            new
            {
                id = notice.NoticeId,
                recipient = notice.Recipient,
                recipientKey = notice.Recipient == "requester" ? null : notice.RecipientKey,
                phone = PhoneOf(notice),
                kind = notice.Kind,
                text = notice.Text,
                textEn = notice.TextEn,
                requestId = notice.RequestId,
                offerId = notice.OfferId,
                createdAt = notice.CreatedAt,
            },
            JsonShape.Options
        );
        try
        {
            using var message = new HttpRequestMessage(HttpMethod.Post, configuration["Dispatch:NoticeHook"])
            {
                Content = new StringContent(body, Encoding.UTF8, "application/json"),
            };
            // Nothing is read of the body: it could be endless.
            using var answer = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, ct);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception cause) when (cause is HttpRequestException or TaskCanceledException && !ct.IsCancellationRequested)
        {
            Log.LogInformation("The notice hook did not answer: {Reason}", cause.Message);
            return false;
        }
    }

    private sealed record Row
    {
        public Guid NoticeId { get; init; }
        public string Recipient { get; init; } = "";
        public string RecipientKey { get; init; } = "";
        public string Kind { get; init; } = "";
        public string Text { get; init; } = "";
        public string TextEn { get; init; } = "";
        public Guid RequestId { get; init; }
        public Guid? OfferId { get; init; }
        public int HookAttempts { get; init; }
        public DateTimeOffset CreatedAt { get; init; }
        public string RegionCode { get; init; } = "";
        public string? Person { get; init; }
    }
}

/// <summary>The hook did not take it: later again, twice as late each time.</summary>
internal sealed record PostponeNotice(Guid NoticeId, int Attempts) : ICommand<Delivered>;

internal sealed class PostponeNoticeHandler(Session db, TimeProvider clock) : IRequestHandler<PostponeNotice, Delivered>
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(5);

    public async Task<Delivered> Handle(PostponeNotice command, CancellationToken cancellationToken)
    {
        var next = clock.GetUtcNow() + FirstWait * Math.Pow(2, command.Attempts - 1);
        await db.Execute(
            "update notice set hook_attempts = @Attempts, hook_next_at = @next where notice_id = @NoticeId and delivered_at is null",
            new
            {
                command.NoticeId,
                command.Attempts,
                next,
            }
        );
        return new Delivered(0);
    }
}
