using Dispatch.Domain.Assigning;
using Xunit;

namespace Dispatch.Domain.Tests.Assigning;

public sealed class PlanTests
{
    [Theory]
    [InlineData(false, 1000)]
    [InlineData(true, 1000)]
    [InlineData(false, 3)]
    [InlineData(true, 6)]
    public void A_plan_is_as_good_as_the_best_found_by_trying_everything(bool spread, int highestGain)
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            var problem = RandomBatch.Of(random, random.Next(9), 1 + random.Next(4), 3, highestGain, spread);
            var plan = Plan.Best(problem);
            AssertProven(plan, problem, $"seed {seed}");
            Assert.True(plan.Total == RandomBatch.BestByTryingAll(problem), $"seed {seed}: {plan.Total}");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_plan_is_best_after_every_one_of_many_changes(bool spread)
    {
        for (var seed = 0; seed < 250; seed++)
        {
            var random = new Random(seed);
            var plan = Plan.Best(RandomBatch.Of(random, random.Next(8), 1 + random.Next(4), 2, 50, spread));
            for (var change = 0; change < 10 && plan.Requests < 12; change++)
            {
                var what = Change(plan, random, 50);
                var problem = plan.Problem();
                AssertProven(plan, problem, $"seed {seed}, change {change}: {what}");
                Assert.True(
                    plan.Total == RandomBatch.BestByTryingAll(problem),
                    $"seed {seed}, change {change}: {what} leaves {plan.Total} of {RandomBatch.BestByTryingAll(problem)}"
                );
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_plan_of_many_requests_is_after_every_change_what_planning_anew_would_give(bool spread)
    {
        var random = new Random(5);
        var plan = Plan.Best(RandomBatch.Of(random, 300, 40, 6, 100_000, spread));
        for (var change = 0; change < 200; change++)
        {
            var what = Change(plan, random, 100_000);
            var problem = plan.Problem();
            AssertProven(plan, problem, $"change {change}: {what}");
            Assert.Equal(Plan.Best(problem).Total, plan.Total);
        }
    }

    /// <summary>As many places as requests: one more or less moves the price of every place.</summary>
    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 0)]
    [InlineData(3, 700)]
    public void A_plan_without_a_place_to_spare_is_best_after_every_coming_and_going(int seed, int placeCosts)
    {
        const int teams = 240;
        var random = new Random(seed);
        var plan = Plan.Best(
            AssignmentProblem.Of(
                Enumerable.Repeat(new Places(1, placeCosts), teams),
                [.. Enumerable.Range(0, teams).Select(_ => Few(random, teams))]
            )
        );
        for (var change = 0; change < 150; change++)
        {
            var (request, team) = (random.Next(plan.Requests), random.Next(teams));
            switch (random.Next(5))
            {
                case 0 or 1:
                    plan.Admit(Few(random, teams));
                    break;
                case 2 or 3:
                    plan.Leave(request);
                    break;
                default:
                    plan.SetCapacity(team, random.Next(3));
                    break;
            }

            var problem = plan.Problem();
            AssertProven(plan, problem, $"seed {seed}, change {change}");
            Assert.Equal(Plan.Best(problem).Total, plan.Total);
        }
    }

    [Fact]
    public void A_full_team_keeps_who_gains_most_and_says_what_a_place_is_worth()
    {
        var problem = AssignmentProblem.Of(
            [new Places(1)],
            [
                [new Choice(0, 10)],
                [new Choice(0, 30)],
                [new Choice(0, 20)],
            ]
        );
        var plan = Plan.Best(problem);
        Assert.Equal([null, 0, null], plan.Assignment());
        Assert.InRange(plan.PriceOf(0), 20, 30);
        Assert.Equal(
            [LeftOutReason.PlacesWorthMoreElsewhere, LeftOutReason.PlacesWorthMoreElsewhere],
            [Explained(plan, problem, 0)!.Reason, Explained(plan, problem, 2)!.Reason]
        );
        Assert.Null(Explained(plan, problem, 1));
        Assert.Equal(plan.PriceOf(0) - 10, Explained(plan, problem, 0)!.Lacking);
    }

    [Fact]
    public void A_request_without_choices_is_left_out_because_no_team_may_serve_it()
    {
        var problem = AssignmentProblem.Of(
            [new Places(1)],
            [
                [],
            ]
        );
        Assert.Equal(LeftOutReason.NoTeam, Explained(Plan.Best(problem), problem, 0)!.Reason);
    }

    [Fact]
    public void A_step_spreads_the_load_where_the_gain_alone_would_not()
    {
        Choice[] either = [new Choice(0, 100), new Choice(1, 90)];
        Choice[][] four = [either, either, either, either];
        Assert.Equal([4, 0], Loads(Plan.Best(AssignmentProblem.Of([new Places(4), new Places(4)], four))));
        var spread = Plan.Best(AssignmentProblem.Of([new Places(4, 0, 20), new Places(4, 0, 20)], four));
        Assert.Equal([2, 2], Loads(spread));
        Assert.Equal((2 * 100) + (2 * 90) - 20 - 20, spread.Total);
    }

    [Fact]
    public void A_batch_is_better_than_one_after_another()
    {
        // The first in line takes the only team that may serve the second.
        var problem = AssignmentProblem.Of(
            [new Places(1), new Places(1)],
            [
                [new Choice(0, 10), new Choice(1, 9)],
                [new Choice(0, 8)],
            ]
        );
        Assert.Equal(17, Plan.Best(problem).Total);
        Assert.Equal(10, problem.TotalOf(Greedy.InOrderOfArrival(problem)));
        Assert.Equal(10, problem.TotalOf(Greedy.HighestGainFirst(problem)));
    }

    [Fact]
    public void Deciding_one_after_another_is_never_better_and_mostly_worse()
    {
        var worse = 0;
        for (var seed = 0; seed < 200; seed++)
        {
            var problem = RandomBatch.Of(new Random(seed), 40, 8, 6, 1000, seed % 2 == 0);
            var (best, arrival, highest) = (
                Plan.Best(problem).Total,
                problem.TotalOf(Greedy.InOrderOfArrival(problem)),
                problem.TotalOf(Greedy.HighestGainFirst(problem))
            );
            Assert.InRange(arrival, 1, best);
            Assert.InRange(highest, 1, best);
            worse += arrival < best && highest < best ? 1 : 0;
        }

        Assert.True(worse > 150, $"{worse}");
    }

    [Fact]
    public void Planning_can_be_cancelled_and_tells_how_far_it_is()
    {
        var problem = RandomBatch.Of(new Random(1), 2000, 60, 40, 1_000_000, spread: false);
        using var cancelled = new CancellationTokenSource();
        var seen = new List<PlanProgress>();
        Assert.Throws<OperationCanceledException>(() =>
            Plan.Best(
                problem,
                progress =>
                {
                    seen.Add(progress);
                    cancelled.Cancel();
                },
                cancelled.Token
            )
        );
        Assert.All(seen, progress => Assert.InRange(progress.Seated, 0, 2000));
        Plan.Best(problem, seen.Add);
        Assert.Equal(new PlanProgress(2000, 2000), seen[^1]);
    }

    [Theory]
    [InlineData(500, 100, 30)]
    [InlineData(4000, 400, 50)]
    [InlineData(20, 3000, 2000)]
    public void The_memory_named_for_a_size_covers_what_a_plan_of_it_takes(int requests, int teams, int choices)
    {
        var random = new Random(2);
        var list = Enumerable
            .Range(0, requests)
            .Select(_ => Enumerable.Range(0, choices).Select(at => new Choice(at * teams / choices, 1 + random.Next(1000))).ToArray())
            .ToArray();
        var problem = AssignmentProblem.Of(Enumerable.Repeat(new Places(Math.Max(1, requests / teams)), teams), list);
        Plan.Best(problem);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var plan = Plan.Best(problem);
        plan.SetCapacity(0, 0);
        var took = GC.GetAllocatedBytesForCurrentThread() - before;
        var named = AssignmentProblem.MemoryFor(requests, teams, problem.Choices);
        Assert.InRange(took, named / 8, named);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    [InlineData(AssignmentProblem.HighestGain + 1)]
    public void A_gain_out_of_range_is_no_problem_to_solve(int gain) =>
        Assert.Throws<ArgumentException>(() =>
            AssignmentProblem.Of(
                [new Places(1)],
                [
                    [new Choice(0, gain)],
                ]
            )
        );

    [Fact]
    public void A_team_twice_among_the_choices_of_a_request_is_no_problem_to_solve() =>
        Assert.Throws<ArgumentException>(() =>
            AssignmentProblem.Of(
                [new Places(1)],
                [
                    [new Choice(0, 2), new Choice(0, 1)],
                ]
            )
        );

    [Fact]
    public void The_highest_gains_and_prices_are_within_the_numbers()
    {
        const int highest = AssignmentProblem.HighestGain;
        var rivals = Enumerable.Range(0, 6).Select(rival => new[] { new Choice(0, highest - rival), new Choice(1, highest) }).ToArray();
        var plan = Plan.Best(AssignmentProblem.Of([new Places(2), new Places(2, highest / 2, highest / 8)], rivals));
        for (var change = 0; change < 20; change++)
        {
            Change(plan, new Random(change), highest);
            AssertProven(plan, plan.Problem(), $"change {change}");
        }
    }

    internal static void AssertProven(Plan plan, AssignmentProblem problem, string where)
    {
        var verdict = CertificateCheck.Of(problem, plan.Assignment(), plan.Prices());
        Assert.True(verdict.ProvesBest, $"{where}: {verdict}");
        Assert.True(plan.IsProvenBest, $"{where}: its own books do not prove it");
        Assert.Equal((verdict.Total, verdict.Bound), (plan.Total, plan.Bound));
        Assert.Equal(verdict.Total, problem.TotalOf(plan.Assignment()));
    }

    private static string Change(Plan plan, Random random, int highestGain)
    {
        var request = plan.Requests == 0 ? -1 : random.Next(plan.Requests);
        var team = random.Next(plan.Teams);
        switch (random.Next(6))
        {
            case 0:
                plan.Admit(RandomBatch.Choices(random, plan.Teams, highestGain));
                return "a request comes in";
            case 1 when request >= 0:
                plan.Leave(request);
                return "a request goes";
            case 2 when request >= 0:
                plan.Change(request, RandomBatch.Choices(random, plan.Teams, highestGain));
                return "a request changes";
            case 3 when random.Next(4) == 0:
                plan.TakeOut(team);
                return "a team goes";
            default:
                plan.SetCapacity(team, random.Next(4));
                return "a team has other places";
        }
    }

    /// <summary>Ten teams, all of much the same gain: to be served at all is what counts.</summary>
    private static Choice[] Few(Random random, int teams) =>
        [
            .. Enumerable
                .Range(0, 10)
                .Select(_ => random.Next(teams))
                .Distinct()
                .Select(team => new Choice(team, 100_000 + random.Next(5_000))),
        ];

    private static LeftOut? Explained(Plan plan, AssignmentProblem problem, int request) =>
        LeftOut.Explain(problem, plan.Assignment(), plan.Prices(), request);

    private static int[] Loads(Plan plan) => [.. Enumerable.Range(0, plan.Teams).Select(plan.LoadOf)];
}
