using Dispatch.Api.Generating;
using Dispatch.Api.Tests.Readme;
using Dispatch.Domain.Calendar;
using Xunit;

namespace Dispatch.Api.Tests.Generating;

public sealed class YearPlanTests
{
    private static readonly string Seeds = Path.Combine(Page.Root, "seeds");

    private static readonly PlacedScenario Guangdong = Scenario.Known["guangdong-2024"].In(Seeds);

    // Weekends alone: the plan asks which days are worked, and nothing else.
    private static readonly WorkingCalendar Weekends = new([]);

    [Theory]
    [InlineData("1")]
    [InlineData("0.02")]
    [InlineData("0.137")]
    [InlineData("10")]
    public void A_plan_comes_to_its_totals_exactly(string scale)
    {
        var totals = Guangdong.Totals.Times(decimal.Parse(scale, System.Globalization.CultureInfo.InvariantCulture));
        var services = Services(totals);
        Assert.Equal(
            totals,
            new YearTotals(
                services.Count,
                services.Sum(service => service.PersonTimes),
                services.Sum(service => service.ProblemsSolved),
                services.Sum(service => service.TrainedPersonTimes),
                services.Sum(service => service.BenefitFen)
            )
        );
    }

    [Fact]
    public void The_whole_year_is_what_was_published() =>
        Assert.Equal(new YearTotals(6_176, 9_885, 12_209, 129_000, 100_000_000_000), Guangdong.Totals.Times(1));

    [Fact]
    public void A_part_of_a_year_is_rounded_to_the_nearest() =>
        Assert.Equal(new YearTotals(124, 198, 244, 2_580, 2_000_000_000), Guangdong.Totals.Times(0.02m));

    [Fact]
    public void Cities_months_and_trades_have_their_share_by_largest_remainder()
    {
        var services = Services(Guangdong.Totals);
        Assert.Equal(
            Apportionment.Of(services.Count, [.. Guangdong.Cities.Select(city => city.Weight)]),
            Counted(services.Select(service => service.City), Guangdong.Cities.Count)
        );
        Assert.Equal(
            Apportionment.Of(services.Count, [.. Guangdong.Served.Select(trade => trade.Weight)]),
            Counted(services.Select(service => service.Trade), Guangdong.Served.Count)
        );
        Assert.Equal(
            Apportionment.Of(
                services.Count,
                [.. Enumerable.Range(1, 12).Select(month => (double)YearPlan.WorkingDays(2024, month, Weekends).Count)]
            ),
            Counted(services.Select(service => service.Month - 1), 12)
        );
    }

    [Fact]
    public void The_residents_of_the_cities_are_those_of_the_census() =>
        Assert.Equal(126_012_510, Guangdong.Cities.Sum(city => city.Weight));

    [Fact]
    public void Every_place_is_coded_below_the_place_it_lies_in()
    {
        Assert.Equal(("440000", 21), (Guangdong.Province.Code, Guangdong.Cities.Count));
        Assert.All(Guangdong.Cities, city => Assert.Matches("^44[0-9]{2}00$", city.Place.Code));
        Assert.All(
            Guangdong.Cities,
            city => Assert.All(city.Counties, county => Assert.StartsWith(city.Place.Code[..4], county.Code, StringComparison.Ordinal))
        );
        // Dongguan and Zhongshan have no counties.
        Assert.Equal(["441900", "442000"], Guangdong.Cities.Where(city => city.Counties.Count == 0).Select(city => city.Place.Code));
        var lines = File.ReadAllLines(Path.Combine(Seeds, "guangdong-2024.csv")).Skip(1).ToList();
        Assert.Equal(1 + Guangdong.Cities.Count + Guangdong.Cities.Sum(city => city.Counties.Count), lines.Count);
        Assert.Equal(lines.Count, lines.Select(line => line.Split(',')[0]).Distinct().Count());
        // In Guangdong, and not its coordinates the wrong way round.
        Assert.All(
            Guangdong.Cities.SelectMany(city => city.Counties.Append(city.Place)),
            place => Assert.True(place.Lat is > 20 and < 25.6 && place.Lng is > 109.6 and < 117.4, place.Name)
        );
    }

    [Fact]
    public void The_same_seed_gives_the_same_year_and_another_seed_another()
    {
        var one = Plan(Guangdong.Totals, 1).Requests().SelectMany(request => request.Services);
        Assert.Equal(one, Plan(Guangdong.Totals, 1).Requests().SelectMany(request => request.Services));
        Assert.NotEqual(one, Plan(Guangdong.Totals, 2).Requests().SelectMany(request => request.Services));
    }

    [Fact]
    public void Amounts_are_spread_as_they_are_in_life_few_large_and_many_small()
    {
        var benefits = Services(Guangdong.Totals).Select(service => service.BenefitFen).Where(fen => fen > 0).Order().ToArray();
        // Of a log-normal spread the mean lies well above the median.
        Assert.True(benefits.Average() > 1.5 * benefits[benefits.Length / 2]);
        Assert.True(benefits[^1] > 20 * benefits[benefits.Length / 2]);
    }

    private static IReadOnlyList<Planned> Services(YearTotals totals) =>
        [.. Plan(totals, 7).Requests().SelectMany(request => request.Services)];

    private static YearPlan Plan(YearTotals totals, int seed) => YearPlan.Of(Guangdong, totals, seed, Weekends);

    private static long[] Counted(IEnumerable<int> kinds, int count)
    {
        var counts = new long[count];
        foreach (var kind in kinds)
        {
            counts[kind]++;
        }

        return counts;
    }
}
