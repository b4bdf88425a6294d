using Dispatch.Api.Features.Dispatching;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Auditing;
using Dispatch.Domain.Assigning;
using Dispatch.Domain.Matching;
using Dispatch.Domain.Requests;

namespace Dispatch.Api.Features.DispatchRuns;

/// <summary>How large a plan may be.</summary>
/// <param name="MostAtOnce">Requests in one plan; more are planned in pieces, county by county, and the loss is bounded.</param>
/// <param name="MostMemory">Bytes; what would take more is refused before it is begun.</param>
internal sealed record RunLimits(int MostAtOnce = 100_000, long MostMemory = 1L << 30);

/// <summary>Makes the plan of a run: who takes part, which teams each may go to, the best of all assignments, and what to compare it with.</summary>
internal sealed class RunPlanner(IServiceScopeFactory scopes, Database database, KeptPlans kept, RunLimits limits, TimeProvider clock)
{
    /// <summary>The best of its ranking that a request may go to.</summary>
    public const int MostChoices = 50;

    private const int AtATime = 64;
    private const int ItemsInOneTransaction = 500;
    private static readonly TimeSpan BetweenBeats = TimeSpan.FromSeconds(1);

    public async Task Plan(DispatchRunRow run, string worker, CancellationToken ct)
    {
        var asked = await Asked(run);
        List<BatchRequest> requests = [];
        Dictionary<Guid, BatchTeam> teams = [];
        foreach (var some in asked.Chunk(AtATime))
        {
            requests.AddRange(await LookAt(some, teams));
            if (!await Beat(run, worker, requests.Count, asked.Count, ct))
            {
                return;
            }
        }

        var part = requests.Where(request => request.KeptOut is null).ToList();
        var batch = new Batch(part, teams, run.Fairness);
        if (AssignmentProblem.MemoryFor(part.Count, teams.Count, part.Sum(request => (long)request.Choices.Count)) > limits.MostMemory)
        {
            await Fail(run, RunFailure.TooLarge, ct);
            return;
        }

        if (await WorkOut(run, worker, batch, asked.Count, ct) is { } plan)
        {
            await Save(run, worker, requests, batch, plan, ct);
        }
    }

    public async Task Fail(DispatchRunRow run, RunFailure failure, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var (db, runs) = (
            scope.ServiceProvider.GetRequiredService<Session>(),
            scope.ServiceProvider.GetRequiredService<DispatchRunStore>()
        );
        await database.Write(
            db,
            async () =>
            {
                if (await runs.HoldUnseen(run.RunId) is { } now && now.Version == run.Version)
                {
                    await runs.Move(
                        now,
                        DispatchRunAction.Fail,
                        "failure = @failure, ended_at = @at",
                        new { failure = Words.Of(failure), at = clock.GetUtcNow() }
                    );
                    await scope.ServiceProvider.GetRequiredService<AuditTrail>().Did("FailDispatchRun", ObjectOf(run));
                }
            },
            ct
        );
    }

    /// <summary>In order of arrival.</summary>
    private async Task<IReadOnlyList<Guid>> Asked(DispatchRunRow run)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Session>();
        var region = run.RegionCode is null ? "1 = 1" : RegionScope.Sql("help_request", "@RegionCode");
        const string inOrder = "order by created_at, request_id";
        var rows = run.RequestIds is null
            ? await db.List<IdRow>(
                $"select request_id from help_request where state = 'open' and {region} {inOrder}",
                new { run.RegionCode }
            )
            : await db.List<IdRow>(
                $"select request_id from help_request where request_id {db.In("@ids")} and {region} {inOrder}",
                new { ids = DispatchRunReader.Named(run.RequestIds).ToArray(), run.RegionCode }
            );
        return [.. rows.Select(row => row.RequestId)];
    }

    /// <summary>A view of its own for every few: nobody's plan holds an old state of everything for long.</summary>
    private async Task<IReadOnlyList<BatchRequest>> LookAt(Guid[] ids, Dictionary<Guid, BatchTeam> teams)
    {
        await using var scope = scopes.CreateAsyncScope();
        var services = scope.ServiceProvider;
        var (db, matching) = (services.GetRequiredService<Session>(), services.GetRequiredService<Matching>());
        var rows = await db.List<RequestRow>(
            $"select {RequestStore.Columns} from help_request where request_id {db.In("@ids")} order by created_at, request_id",
            new { ids }
        );
        var due = (
            await db.List<DueRow>(
                $"select request_id, min(due_at) as due_at from deadline where request_id {db.In("@ids")} and state = 'running' group by request_id",
                new { ids }
            )
        ).ToDictionary(row => row.RequestId, row => row.DueAt);
        List<BatchRequest> found = [];
        foreach (var row in rows)
        {
            DateTimeOffset? dueAt = due.TryGetValue(row.RequestId, out var at) ? at : null;
            var weight = DispatchObjective.Weight(row.UrgencyNow, row.CreatedAt, dueAt, clock.GetUtcNow());
            var plain = new BatchRequest(row.RequestId, row.Version, row.CountyCode ?? row.RegionCode, weight, default, []);
            found.Add(
                KeptOut(row) is { } reason
                    ? plain with
                    {
                        KeptOut = reason,
                    }
                    : WithChoices(plain, await matching.Of(row, most: MostChoices), teams)
            );
        }

        return found;
    }

    /// <summary>What a person must look at first does not go out in a batch either.</summary>
    private static RunItemReason? KeptOut(RequestRow request) =>
        request switch
        {
            { SafetyHeld: true } => RunItemReason.SafetyHold,
            _ when request.StateNow != HelpRequestState.Open => RunItemReason.NotOpen,
            { LikelyDuplicateOf: not null } => RunItemReason.LikelyDuplicate,
            _ when request.Warning() is { Refers: true } => RunItemReason.ReferralProposed,
            { MainSkill: null } => RunItemReason.UnknownSkill,
            _ when request.Queue == Words.Of(RequestQueue.Claim) => RunItemReason.Published,
            { Joint: true } => RunItemReason.SeveralTeams,
            _ => null,
        };

    private static BatchRequest WithChoices(BatchRequest request, MatchResult match, Dictionary<Guid, BatchTeam> teams)
    {
        // Where a tier was passed over because nobody there brings every skill, whoever brings them all is the reason.
        var whole = match.PassedOver.Any(passed => passed.Reason == PassedOverReason.NobodyBringsAll);
        var named = match.Candidates.Where(candidate => whole && candidate.PreferredByName && !candidate.BringsAll);
        List<BatchChoice> choices = [];
        foreach (var candidate in (whole ? match.Whole : match.Candidates).Concat(named))
        {
            var points = candidate.Score.Points;
            var counted = candidate.PreferredByName ? DispatchObjective.PerfectPoints : points;
            choices.Add(new BatchChoice(candidate.Team.Id, points, DispatchObjective.Gain(request.Weight, counted)));
            teams[candidate.Team.Id] = new BatchTeam(candidate.Team.Capacity, candidate.Load.Active + candidate.Load.Pending);
        }

        return request with
        {
            Tier = match.Opened,
            Choices = choices,
            Refused =
                choices.Count > 0 ? null : string.Join(' ', match.Refused.Select(refusal => $"{Words.Of(refusal.Reason)} {refusal.Count}")),
        };
    }

    /// <summary>Away from the caller's thread, with a sign of life every second; stops when the run is no longer its own.</summary>
    private async Task<WorkedOut?> WorkOut(DispatchRunRow run, string worker, Batch batch, int asked, CancellationToken ct)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var last = kept.Take(run.RunId);
        var work = Task.Run(() => WorkOut(batch, last, run.RunId, stop.Token), stop.Token);
        while (await Task.WhenAny(work, Task.Delay(BetweenBeats, ct)) != work)
        {
            if (!await Beat(run, worker, asked, asked, ct))
            {
                await stop.CancelAsync();
                break;
            }
        }

        try
        {
            return await work;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return null;
        }
    }

    private WorkedOut WorkOut(Batch batch, KeptPlan? last, Guid runId, CancellationToken ct)
    {
        var plain = batch.Problem(batch.Free);
        var (arrival, highest) = (plain.TotalOf(Greedy.InOrderOfArrival(plain)), plain.TotalOf(Greedy.HighestGainFirst(plain)));
        var (assignment, prices, from) = Assign(batch, last, runId, ct);
        var problem = batch.Problem(batch.Places);
        // By the one who knows nothing of how it was found.
        var verdict = CertificateCheck.Of(problem, assignment, prices);
        if (verdict.Broken is not null || (verdict.Gap != 0 && from != PlannedFrom.Pieces))
        {
            throw new InvalidOperationException($"A plan is not proven best: {verdict}");
        }

        var total = plain.TotalOf(assignment);
        var best =
            ReferenceEquals(batch.Places, batch.Free) || batch.Places.AsSpan().SequenceEqual(batch.Free) ? total
            : from == PlannedFrom.Pieces ? Math.Max(total, InPieces(batch, batch.Free, ct).Total)
            : Domain.Assigning.Plan.Best(plain, ct: ct).Total;
        return new WorkedOut(
            assignment,
            prices,
            from,
            total,
            total - verdict.Total,
            verdict.Bound,
            Math.Max(arrival, highest),
            arrival,
            best
        );
    }

    private (int?[] Assignment, int[] Prices, PlannedFrom From) Assign(Batch batch, KeptPlan? last, Guid runId, CancellationToken ct)
    {
        if (batch.Requests.Count > limits.MostAtOnce)
        {
            var (assignment, prices, _) = InPieces(batch, batch.Places, ct);
            return (assignment, prices, PlannedFrom.Pieces);
        }

        var followed = last is not null && last.Follow(batch);
        var plan = followed ? last! : new KeptPlan(batch, Domain.Assigning.Plan.Best(batch.Problem(batch.Places), ct: ct));
        var result = (plan.Assignment(batch), plan.Prices(batch), followed ? PlannedFrom.LastPlan : PlannedFrom.Nothing);
        kept.Keep(runId, plan);
        return result;
    }

    /// <summary>Counties together up to the size of a plan.</summary>
    private (int?[] Assignment, int[] Prices, long Total) InPieces(Batch batch, Places[] places, CancellationToken ct)
    {
        var order = Enumerable
            .Range(0, batch.Requests.Count)
            .OrderBy(number => batch.Requests[number].CountyCode, StringComparer.Ordinal)
            .ToArray();
        var pieces = order.Chunk(limits.MostAtOnce).ToArray();
        var split = SplitPlan.Of(
            pieces.Length,
            piece => batch.Problem(places, [.. pieces[piece].Select(number => batch.Requests[number])]),
            ct: ct
        );
        var assignment = new int?[batch.Requests.Count];
        foreach (var (piece, made) in pieces.Zip(split.Assignments))
        {
            for (var at = 0; at < piece.Length; at++)
            {
                assignment[piece[at]] = made[at];
            }
        }

        return (assignment, [.. split.Prices], split.Total);
    }

    private async Task Save(
        DispatchRunRow run,
        string worker,
        List<BatchRequest> requests,
        Batch batch,
        WorkedOut plan,
        CancellationToken ct
    )
    {
        var items = ItemsOf(run, requests, batch, plan);
        await using var scope = scopes.CreateAsyncScope();
        var (db, runs) = (
            scope.ServiceProvider.GetRequiredService<Session>(),
            scope.ServiceProvider.GetRequiredService<DispatchRunStore>()
        );
        var own = true;
        await database.Write(
            db,
            Chore.PlanInTheMaking,
            async () =>
            {
                own = await db.Beats(run, worker, requests.Count, requests.Count, clock.GetUtcNow());
                // What a worker wrote that died before its plan counted.
                await db.Execute("delete from dispatch_run_item where run_id = @RunId and plan_number > @PlanNumber", run);
            },
            ct
        );
        foreach (var some in items.Chunk(ItemsInOneTransaction).TakeWhile(_ => own))
        {
            await database.Write(
                db,
                Chore.PlanInTheMaking,
                async () =>
                {
                    own = await db.Beats(run, worker, requests.Count, requests.Count, clock.GetUtcNow());
                    foreach (var item in own ? some : [])
                    {
                        await runs.InsertItem(item);
                    }
                },
                ct
            );
        }

        await database.Write(db, () => MakeItCount(scope.ServiceProvider, run, worker, plan), ct);
    }

    private static AuditObject ObjectOf(DispatchRunRow run) => new("dispatch_run", run.RunId.ToString("D"));

    private async Task MakeItCount(IServiceProvider services, DispatchRunRow run, string worker, WorkedOut plan)
    {
        var (db, runs) = (services.GetRequiredService<Session>(), services.GetRequiredService<DispatchRunStore>());
        var now = clock.GetUtcNow();
        var held = await runs.HoldUnseen(run.RunId);
        if (held is null || held.Version != run.Version || !await db.Beats(run, worker, run.Done, run.OfAll, now))
        {
            return;
        }

        var planned = await runs.Move(
            held,
            DispatchRunAction.Plan,
            """
            plan_number = plan_number + 1, planned_from = @from, total = @Total, spread_cost = @SpreadCost, bound = @Bound, greedy_total = @GreedyTotal,
            arrival_total = @ArrivalTotal, best_without_fairness = @BestWithoutFairness, planned_at = @now, done = @done, of_all = @done
            """,
            new
            {
                from = Words.Of(plan.From),
                plan.Total,
                plan.SpreadCost,
                plan.Bound,
                plan.GreedyTotal,
                plan.ArrivalTotal,
                plan.BestWithoutFairness,
                now,
                done = held.OfAll,
            }
        );
        await db.Execute("delete from dispatch_run_item where run_id = @RunId and plan_number < @PlanNumber", planned);
        await services.GetRequiredService<AuditTrail>().Did("PlanDispatchRun", ObjectOf(run));
        if (!planned.DryRun)
        {
            await runs.Move(planned, DispatchRunAction.Commit, "committed_by = @MadeBy", new { planned.MadeBy });
        }
    }

    private static List<RunItemRow> ItemsOf(DispatchRunRow run, List<BatchRequest> requests, Batch batch, WorkedOut plan)
    {
        var problem = batch.Problem(batch.Places);
        var numbers = batch
            .Requests.Select((request, number) => (request.RequestId, number))
            .ToDictionary(pair => pair.RequestId, pair => pair.number);
        List<RunItemRow> items = [];
        foreach (var request in requests)
        {
            var item = new RunItemRow
            {
                RunId = run.RunId,
                PlanNumber = run.PlanNumber + 1,
                Position = items.Count,
                RequestId = request.RequestId,
                RequestVersion = request.Version,
                Weight = request.KeptOut is null ? request.Weight : null,
                State = Words.Of(RunItemState.KeptOut),
                Why = request.KeptOut is { } reason ? Words.Of(reason) : null,
            };
            items.Add(
                !numbers.TryGetValue(request.RequestId, out var number) ? item
                : plan.Assignment[number] is { } team ? Assigned(item, request, batch.TeamIds[team])
                : LeftOutItem(item, request, batch, LeftOut.Explain(problem, plan.Assignment, plan.Prices, number)!)
            );
        }

        return items;
    }

    private static RunItemRow Assigned(RunItemRow item, BatchRequest request, Guid team)
    {
        var choice = request.Choices.First(choice => choice.TeamId == team);
        return item with
        {
            State = Words.Of(RunItemState.Planned),
            TeamId = team,
            Tier = Words.Of(request.Tier),
            Score = choice.Points,
            Gain = choice.Gain,
        };
    }

    private static RunItemRow LeftOutItem(RunItemRow item, BatchRequest request, Batch batch, LeftOut why)
    {
        var full = request.Choices.All(choice => batch.Free[batch.NumberOf(choice.TeamId)].Capacity == 0);
        var reason =
            why.Reason == LeftOutReason.NoTeam ? RunItemReason.NoTeam
            : full ? RunItemReason.NoFreePlace
            : RunItemReason.PlacesWorthMore;
        return item with
        {
            State = Words.Of(RunItemState.LeftOut),
            Why = Words.Of(reason),
            Detail = request.Refused,
            Tier = Words.Of(request.Tier),
            TeamId = reason == RunItemReason.PlacesWorthMore ? batch.TeamIds[why.Team!.Value] : null,
            Lacking = reason == RunItemReason.PlacesWorthMore ? why.Lacking : null,
        };
    }

    private async Task<bool> Beat(DispatchRunRow run, string worker, int done, int ofAll, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Session>();
        var own = false;
        await database.Write(db, Chore.SignOfLife, async () => own = await db.Beats(run, worker, done, ofAll, clock.GetUtcNow()), ct);
        return own;
    }

    /// <summary>In hundred-thousandths of a weighted point.</summary>
    private sealed record WorkedOut(
        int?[] Assignment,
        int[] Prices,
        PlannedFrom From,
        long Total,
        long SpreadCost,
        long Bound,
        long GreedyTotal,
        long ArrivalTotal,
        long BestWithoutFairness
    );

    private sealed record IdRow
    {
        public Guid RequestId { get; init; }
    }

    private sealed record DueRow
    {
        public Guid RequestId { get; init; }
        public DateTimeOffset DueAt { get; init; }
    }
}
