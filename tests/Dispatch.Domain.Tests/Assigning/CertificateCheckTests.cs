using Dispatch.Domain.Assigning;
using Xunit;

namespace Dispatch.Domain.Tests.Assigning;

public sealed class CertificateCheckTests
{
    private static readonly AssignmentProblem TwoForOnePlace = AssignmentProblem.Of(
        [new Places(1), new Places(1)],
        [
            [new Choice(0, 10), new Choice(1, 4)],
            [new Choice(0, 9)],
        ]
    );

    public static TheoryData<int?[], int[], long, long, BrokenRule?> Plans =>
        new()
        {
            { [1, 0], [6, 0], 13, 13, null },
            { [1, 0], [12, 0], 13, 16, null },
            { [0, null], [6, 0], 10, 13, null },
            { [0, 0], [6, 0], 19, 13, BrokenRule.OverCapacity },
            { [1, 1], [6, 0], 4, 13, BrokenRule.NoChoice },
            { [1, 0], [6, -1], 13, 14, BrokenRule.NegativePrice },
        };

    [Theory]
    [MemberData(nameof(Plans))]
    public void A_plan_is_proven_best_only_by_keeping_the_rules_and_reaching_the_bound(
        int?[] assignment,
        int[] prices,
        long total,
        long bound,
        BrokenRule? broken
    )
    {
        var verdict = CertificateCheck.Of(TwoForOnePlace, assignment, prices);
        Assert.Equal(new CertificateVerdict(total, bound, broken), verdict);
        Assert.Equal(broken is null && total == bound, verdict.ProvesBest);
    }

    [Fact]
    public void Whatever_the_prices_no_plan_exceeds_the_bound()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var problem = RandomBatch.Of(random, 6, 3, 3, 40, spread: true);
            int[] prices = [.. Enumerable.Range(0, problem.Teams).Select(_ => random.Next(40))];
            var bound = CertificateCheck.Of(problem, new int?[problem.Requests], prices).Bound;
            Assert.True(bound >= RandomBatch.BestByTryingAll(problem), $"seed {seed}");
        }
    }
}
