using Dispatch.Domain.Assigning;
using Xunit;

namespace Dispatch.Domain.Tests.Assigning;

public sealed class SplitPlanTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_plan_in_pieces_keeps_the_places_and_says_how_far_it_may_be_from_the_best(bool spread)
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var random = new Random(seed);
            var whole = RandomBatch.Of(random, 30, 6, 5, 1000, spread);
            var split = SplitPlan.Of(3, piece => Piece(whole, piece));
            var assignment = split.Assignments.SelectMany(part => part).ToArray();
            var verdict = CertificateCheck.Of(whole, assignment, split.Prices);
            Assert.Equal(new CertificateVerdict(split.Total, split.Bound, null), verdict);
            Assert.InRange(Plan.Best(whole).Total, split.Total, split.Bound);
        }
    }

    [Fact]
    public void Pieces_that_share_no_team_lose_nothing()
    {
        var whole = AssignmentProblem.Of(
            [new Places(1), new Places(1), new Places(1)],
            [.. Enumerable.Range(0, 30).Select(request => new[] { new Choice(request / 10, 1 + (request * 7 % 10)) })]
        );
        Assert.Equal(0, SplitPlan.Of(3, piece => Piece(whole, piece)).Gap);
    }

    private static AssignmentProblem Piece(AssignmentProblem whole, int piece) =>
        AssignmentProblem.Of(
            whole.Places.ToArray(),
            [.. Enumerable.Range(piece * 10, 10).Select(request => whole.ChoicesOf(request).ToArray())]
        );
}
