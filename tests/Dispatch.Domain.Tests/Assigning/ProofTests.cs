using Dispatch.Domain.Assigning;
using Xunit;

namespace Dispatch.Domain.Tests.Assigning;

/// <summary>The books that follow a plan find every wrong step, also where total and bound happen to agree.</summary>
public sealed class ProofTests
{
    private readonly Changes changes = new();

    [Fact]
    public void A_plan_that_is_best_is_proven() => Assert.True(new Proof(Best()).ProvesBest);

    [Fact]
    public void A_price_that_is_too_low_for_somebody_outside_is_found()
    {
        var market = Best();
        var proof = new Proof(market);
        market.Raise(0, -4);
        changes.Teams.Add(0);
        proof.Follow(changes);
        Assert.Equal(proof.Bound, proof.Total);
        Assert.False(proof.ProvesBest);
    }

    [Fact]
    public void A_price_that_drives_somebody_to_a_cheaper_team_is_found()
    {
        var market = Best();
        var proof = new Proof(market);
        market.Raise(0, 15);
        changes.Teams.Add(0);
        proof.Follow(changes);
        Assert.Equal(proof.Bound, proof.Total);
        Assert.False(proof.ProvesBest);
    }

    [Fact]
    public void Two_on_one_place_are_found()
    {
        var market = Best();
        var proof = new Proof(market);
        market.Seat(0, 0, 10);
        changes.Teams.Add(0);
        changes.Requests.Add(0);
        proof.Follow(changes);
        Assert.False(proof.ProvesBest);
    }

    [Fact]
    public void A_seat_that_gains_what_no_choice_says_is_found()
    {
        var market = Best();
        var proof = new Proof(market);
        market.Unseat(1);
        market.Seat(1, 0, 31);
        market.Surplus[1] = 21;
        changes.Requests.Add(1);
        proof.Follow(changes);
        Assert.Equal(proof.Bound, proof.Total);
        Assert.False(proof.ProvesBest);
    }

    [Fact]
    public void All_prices_may_rise_together_until_somebody_would_rather_have_no_place()
    {
        var market = Best();
        var proof = new Proof(market);
        Shift(market, proof, 20);
        Assert.True(proof.IsWhole);
        Shift(market, proof, 1);
        Assert.False(proof.IsWhole);
    }

    [Fact]
    public void All_prices_may_not_fall_together_when_somebody_outside_would_come_in()
    {
        var market = Best();
        market.ShiftAll(5);
        market.Price[1] = 12;
        var proof = new Proof(market);
        Shift(market, proof, -5);
        Assert.True(proof.IsWhole);
        Shift(market, proof, -1);
        Assert.False(proof.IsWhole);
    }

    [Fact]
    public void Once_broken_it_stays_broken()
    {
        var market = Best();
        var proof = new Proof(market);
        market.Raise(0, -4);
        changes.Teams.Add(0);
        proof.Follow(changes);
        market.Raise(0, 4);
        proof.Follow(changes);
        Assert.False(proof.ProvesBest);
    }

    private void Shift(Market market, Proof proof, int by)
    {
        changes.Clear();
        market.ShiftAll(by);
        changes.Shift = by;
        proof.Follow(changes);
    }

    /// <summary>One place at the price of 10 goes to who gains 30 there, who would gain 12 elsewhere; who gains 10 is left out.</summary>
    private static Market Best()
    {
        var market = new Market(
            AssignmentProblem.Of(
                [new Places(1), new Places(1)],
                [
                    [new Choice(0, 10)],
                    [new Choice(0, 30), new Choice(1, 12)],
                ]
            )
        );
        market.Price[0] = 10;
        market.Surplus[1] = 20;
        market.Seat(1, 0, 30);
        market.FindLeast(0);
        return market;
    }
}
