using System.Net;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Auditing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Dispatch.Api.Tests.Features.Requests;

/// <summary>Two requests an hour and three a day for one phone, four a day from one account.</summary>
public sealed class SubmissionQuotaTests(SubmissionQuotaTests.Few service) : IClassFixture<SubmissionQuotaTests.Few>
{
    [Fact]
    public async Task For_one_phone_few_requests_come_in_whoever_sends_them_and_however_it_is_written()
    {
        const string phone = "13900001111";
        await Submit("first", phone).Must(HttpStatusCode.Created);
        await Submit("second", "+86 139-0000-1111").Must(HttpStatusCode.Created);
        using var refused = await Submit("third", "0086 13900001111");
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(3600, refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds);
        var body = await refused.Content.ReadAsStringAsync();
        Assert.DoesNotContain("1111", body, StringComparison.Ordinal);
        await Submit("third", "13900002222").Must(HttpStatusCode.Created);

        service.Clock.Advance(TimeSpan.FromHours(1));
        await Submit("first", phone).Must(HttpStatusCode.Created);
        service.Clock.Advance(TimeSpan.FromHours(2));
        using var today = await Submit("first", phone);
        Assert.Equal(HttpStatusCode.TooManyRequests, today.StatusCode);
        Assert.Equal(21 * 3600, today.Headers.RetryAfter!.Delta!.Value.TotalSeconds);
        service.Clock.Advance(TimeSpan.FromHours(21));
        await Submit("first", phone).Must(HttpStatusCode.Created);
    }

    [Fact]
    public async Task From_one_account_few_requests_come_in_whatever_the_phone()
    {
        for (var number = 0; number < 4; number++)
        {
            await Submit("flood", "1390001000" + number).Must(HttpStatusCode.Created);
        }

        await Submit("flood", "13900010009").MustRefuse(HttpStatusCode.TooManyRequests, "quota-exceeded");
        await Submit("flood", null).MustRefuse(HttpStatusCode.TooManyRequests, "quota-exceeded");
        await Submit("calm", "13900010009").Must(HttpStatusCode.Created);
    }

    [Fact]
    public async Task What_was_refused_or_repeated_does_not_count()
    {
        const string phone = "13900003333";
        var caller = service.As("requester", subject: "careful");
        for (var mistake = 0; mistake < 3; mistake++)
        {
            await caller
                .Post("/v1/requests", Call(phone, preferred: Guid.NewGuid()))
                .MustRefuse(HttpStatusCode.UnprocessableEntity, "body.invalid");
        }

        for (var repeat = 0; repeat < 3; repeat++)
        {
            await caller.Post("/v1/requests", Call(phone), "the-same").Must(HttpStatusCode.Created);
        }

        await caller.Post("/v1/requests", Call(phone)).Must(HttpStatusCode.Created);
        await caller.Post("/v1/requests", Call(phone)).MustRefuse(HttpStatusCode.TooManyRequests, "quota-exceeded");
    }

    [Fact]
    public async Task The_office_is_not_bound()
    {
        for (var call = 0; call < 6; call++)
        {
            await service.Officer().Post("/v1/requests", Call("13900004444")).Must(HttpStatusCode.Created);
        }
    }

    [Fact]
    public async Task Counted_is_a_keyed_hash_and_it_is_forgotten()
    {
        await Submit("watched", "13900005555").Must(HttpStatusCode.Created);
        await using var scope = service.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Session>();
        var watched = await db.List<string>("select watched from quota_count");
        await db.CloseReading();
        Assert.NotEmpty(watched);
        Assert.All(watched, word => Assert.Matches("^[A-Za-z0-9_-]{43}$", word));
        await service
            .Services.GetRequiredService<Database>()
            .Write(db, Chore.Forgetting, () => SubmissionQuota.Forget(db, service.Clock.GetUtcNow().AddDays(2)), CancellationToken.None);
        Assert.Equal(0, await db.Value<long>("select count(*) from quota_count"));
    }

    [Fact]
    public async Task By_one_track_token_few_replies_come_in_a_day()
    {
        var track = (await service.Given.AnOpenRequest()).Text("trackToken");
        for (var reply = 0; reply < SubmissionQuota.RepliesPerDay; reply++)
        {
            await service.Anonymous().Post($"/v1/track/{track}/reply", new { text = "还有一棵。" }).Must();
        }

        await service
            .Anonymous()
            .Post($"/v1/track/{track}/reply", new { text = "还有一棵。" })
            .MustRefuse(HttpStatusCode.TooManyRequests, "quota-exceeded");
    }

    private Task<HttpResponseMessage> Submit(string subject, string? phone) =>
        service.As("requester", subject: subject).Post("/v1/requests", Call(phone));

    private static object Call(string? phone, Guid? preferred = null) =>
        new
        {
            requester = new
            {
                kind = "individual",
                name = "求助人戊",
                phone,
            },
            text = "水泵坏了，请人来修。",
            location = new { regionCode = "331083" },
            preferredTeamId = preferred,
        };

    public sealed class Few : RunningService
    {
        protected override IEnumerable<string> Settings =>
            [
                "--Dispatch:SubmissionLimit:PhonePerHour=2",
                "--Dispatch:SubmissionLimit:PhonePerDay=3",
                "--Dispatch:SubmissionLimit:AccountPerDay=4",
            ];
    }
}
