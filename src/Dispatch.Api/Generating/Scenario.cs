using Dispatch.Domain.Teams;

namespace Dispatch.Api.Generating;

/// <summary>What a made-up year adds up to, exactly. Money in fen.</summary>
internal sealed record YearTotals(long Services, long PersonTimes, long ProblemsSolved, long TrainedPersonTimes, long EconomicBenefitFen)
{
    /// <summary>So many times as much, each rounded to the nearest whole number (a half upwards).</summary>
    public YearTotals Times(decimal scale)
    {
        return new YearTotals(
            Scaled(Services),
            Scaled(PersonTimes),
            Scaled(ProblemsSolved),
            Scaled(TrainedPersonTimes),
            Scaled(EconomicBenefitFen)
        );

        long Scaled(long one) => (long)Math.Round(one * scale, MidpointRounding.AwayFromZero);
    }
}

/// <summary>A place of the scenario. Points in WGS-84.</summary>
internal sealed record ScenarioPlace(string Code, string Name, double Lat, double Lng);

/// <summary>A city, how much of the year is its own, and its counties that are asked from; none: a city without counties.</summary>
/// <param name="Weight">Residents.</param>
internal sealed record ScenarioCity(ScenarioPlace Place, double Weight, IReadOnlyList<ScenarioPlace> Counties);

/// <summary>What is asked for: a skill, how often, the lowest tier that has it, how a request for it reads, and what is found there.</summary>
/// <param name="Lowest">None: nobody in the province has it.</param>
internal sealed record ScenarioTrade(string Skill, double Weight, Tier? Lowest, string Text, IReadOnlyList<string> Problems);

/// <summary>A province's year to be made up.</summary>
internal sealed record Scenario(
    string Name,
    int Year,
    ScenarioPlace Province,
    YearTotals Totals,
    IReadOnlyList<ScenarioCity> Cities,
    IReadOnlyList<ScenarioTrade> Trades
)
{
    public IReadOnlyList<ScenarioTrade> Served { get; } = [.. Trades.Where(trade => trade.Lowest is not null)];

    public IReadOnlyList<ScenarioTrade> Unmet { get; } = [.. Trades.Where(trade => trade.Lowest is null)];

    public static IReadOnlyDictionary<string, Scenario> Known { get; } =
        new[] { Guangdong2024.Scenario }.ToDictionary(scenario => scenario.Name, StringComparer.Ordinal);
}
