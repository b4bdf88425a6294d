namespace Dispatch.Benchmarks.Scale;

/// <summary>Some requests in every state, made through the service: what a large history is multiplied from.</summary>
internal sealed class SmallHistory(Wire wire, IReadOnlyList<string> bodies)
{
    private const int Officers = 8;
    private const string Training = """[{"topic":"果树修剪与水肥管理","sessions":2,"attendances":46,"people":25,"hours":6}]""";

    private readonly Desk desk = new();
    private readonly string keys = Guid.NewGuid().ToString("N");
    private int count;
    private int asked;

    private string Officer => Desk.Officer(asked % Officers);

    /// <summary>Of 40 that ended: as solved, some after a refusal, with a second visit, with a training; and cancelled ones. Of those under way a few in
    /// each state.</summary>
    public async Task Make()
    {
        for (var round = 0; round < 4; round++)
        {
            foreach (var trained in new[] { false, false, false, true })
            {
                await Closed(await Submit(), refusedOnce: false, twice: false, trained);
            }

            await Closed(await Submit(), refusedOnce: true, twice: false, trained: false);
            await Closed(await Submit(), refusedOnce: false, twice: true, trained: false);
            await Cancelled(await Submit(), dispatched: round % 2 == 0);
        }

        for (var round = 0; round < 2; round++)
        {
            await Submit();
            await Offered(await Submit());
            var accepted = await Accepted(await Submit(), refusedOnce: false);
            await Under(await Accepted(await Submit(), refusedOnce: false));
            var held = await Accepted(await Submit(), refusedOnce: false);
            await Post($"/v1/requests/{held.Request}/hold", """{"reason":"waiting_for_requester","note":"等种植户回来。"}""", Officer);
            var resolved = await Accepted(await Submit(), refusedOnce: false);
            await Under(resolved);
            await Reported(resolved, trained: false);
            await Resolved(resolved);
            _ = accepted;
        }
    }

    private async Task<Job> Submit()
    {
        var body = bodies[asked++]
            .Replace(
                "请派人来看一下。",
                "家里果园有几棵树长势不好，叶子发黄、果子也小，去年就这样，想请师傅来园里看一下是水的问题还是肥的问题。",
                StringComparison.Ordinal
            );
        var reply = await Post("/v1/requests", body, Officer);
        var job = new Job(reply.Text("id"), reply.Text("trackToken"), "", "");
        await Get($"/v1/requests/{job.Request}", Officer);
        await Get($"/v1/requests/{job.Request}/matches", Officer);
        return job;
    }

    private async Task<Job> Offered(Job job)
    {
        await Post($"/v1/requests/{job.Request}/dispatch", "{}", Officer);
        return await Pending(job);
    }

    private async Task<Job> Pending(Job job)
    {
        var reply = await Get($"/v1/offers?request={job.Request}&state=pending", Officer);
        var (offer, team) = (reply.Text("id"), reply.Text("teamId"));
        var notice = await Get("/v1/notices?wait=0", desk.Leader(team));
        await Post($"/v1/notices/{notice.Text("id")}/read", "", desk.Leader(team));
        return job with { Offer = offer, Team = team };
    }

    private async Task<Job> Accepted(Job job, bool refusedOnce)
    {
        job = await Offered(job);
        if (refusedOnce)
        {
            await Post($"/v1/offers/{job.Offer}/decline", """{"reason":"too_busy","note":"本周都排满了。"}""", desk.Leader(job.Team));
            job = await Pending(job);
        }

        await Get($"/v1/requests/{job.Request}", desk.Leader(job.Team));
        var start = DateTimeOffset.UtcNow.AddHours(1);
        var window = $$"""{"start":"{{start:yyyy-MM-ddTHH:mm:ssZ}}","end":"{{start.AddHours(2):yyyy-MM-ddTHH:mm:ssZ}}"}""";
        var accepted = await Post($"/v1/offers/{job.Offer}/accept", window, desk.Leader(job.Team));
        return job with { Visit = accepted.Text("visitId") };
    }

    private async Task Under(Job job)
    {
        await Post($"/v1/visits/{job.Visit}/depart", "{}", desk.Leader(job.Team));
        await Post($"/v1/visits/{job.Visit}/begin", "{}", desk.Leader(job.Team));
    }

    private async Task Reported(Job job, bool trained)
    {
        List<string> attended = [];
        foreach (var name in new[] { "队员甲", "队员乙" })
        {
            var member = await Post($"/v1/teams/{job.Team}/members", $$"""{"name":"{{name}}"}""", Officer);
            attended.Add($$"""{"memberId":"{{member.Text("id")}}","minutes":90}""");
        }

        await Post(
            $"/v1/visits/{job.Visit}/complete",
            $$"""
            {"findings":"园地低洼积水，根系受损；叶片缺镁，去年施肥偏氮。","minutes":90,"attended":[{{string.Join(',', attended)}}],
            "problems":[{"title":"根系积水","result":"solved"},{"title":"叶片缺镁","result":"solved"}],
            "trainings":{{(trained ? Training : "[]")}},
            "benefits":[{"kind":"income_gain","amountFen":300000,"basis":"多收三百公斤，每公斤十元。"}],
            "results":{{(trained ? """[{"kind":"method","title":"低洼果园起垄排水法"}]""" : "[]")}}}
            """,
            desk.Leader(job.Team)
        );
    }

    private Task Resolved(Job job) =>
        Post(
            $"/v1/requests/{job.Request}/resolve",
            """{"result":"solved","summary":"开沟排水，补镁，改了施肥。"}""",
            desk.Leader(job.Team)
        );

    private async Task Closed(Job job, bool refusedOnce, bool twice, bool trained)
    {
        job = await Accepted(job, refusedOnce);
        await Under(job);
        await Reported(job, trained);
        if (twice)
        {
            var start = DateTimeOffset.UtcNow.AddHours(3);
            var booked = await Post(
                $"/v1/requests/{job.Request}/visits",
                $$"""{"teamId":"{{job.Team}}","form":"on_site","start":"{{start:yyyy-MM-ddTHH:mm:ssZ}}","end":"{{start.AddHours(
                    2
                ):yyyy-MM-ddTHH:mm:ssZ}}"}""",
                desk.Leader(job.Team)
            );
            job = job with { Visit = booked.Text("id") };
            await Under(job);
            await Reported(job, trained: false);
        }

        await Resolved(job);
        await Get($"/v1/track/{job.Track}", null);
        await Post($"/v1/track/{job.Track}/confirm", """{"solved":true,"rating":5,"comment":"叶子绿了，谢谢师傅。"}""", null);
        await Get($"/v1/requests/{job.Request}", Officer);
        await Get($"/v1/requests/{job.Request}/timeline", Officer);
    }

    private async Task Cancelled(Job job, bool dispatched)
    {
        if (dispatched)
        {
            job = await Offered(job);
        }

        await Post($"/v1/requests/{job.Request}/cancel", """{"reason":"withdrawn","note":"已经自己解决了。"}""", Officer);
    }

    private async Task<Reply> Get(string path, string? token) => Good(await wire.Get(path, token), path);

    private async Task<Reply> Post(string path, string body, string? token) =>
        Good(await wire.Post(path, body, token, $"{keys}-{count++}"), path);

    private static Reply Good(Reply reply, string path) =>
        reply.IsSuccess ? reply : throw new InvalidOperationException($"{path}: {reply}");

    private sealed record Job(string Request, string Track, string Offer, string Team)
    {
        public string Visit { get; init; } = "";
    }
}
