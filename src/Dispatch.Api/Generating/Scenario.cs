using System.Globalization;
using CsvHelper;
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

/// <summary>A province's year to be made up, without its places.</summary>
internal sealed record Scenario(string Name, int Year, YearTotals Totals, IReadOnlyList<ScenarioTrade> Trades)
{
    public static IReadOnlyDictionary<string, Scenario> Known { get; } =
        new[] { Guangdong2024.Scenario }.ToDictionary(scenario => scenario.Name, StringComparer.Ordinal);

    /// <summary>With its places, as they stand in the seeds: a file of the scenario's name, the province first, and every city before its counties.</summary>
    public PlacedScenario In(string seeds)
    {
        using var csv = CsvReader.FromFile(Path.Combine(seeds, Name + ".csv"));
        var read = new List<(ScenarioPlace Place, string Parent, string Residents)>();
        while (csv.Read())
        {
            read.Add(
                (
                    new ScenarioPlace(csv.GetString("code"), csv.GetString("name"), Number(csv, "lat"), Number(csv, "lng")),
                    csv.GetString("parent"),
                    csv.GetString("residents")
                )
            );
        }

        var province = read.Single(row => row.Parent.Length == 0).Place;
        var counties = read.ToLookup(row => row.Parent, row => row.Place, StringComparer.Ordinal);
        return new PlacedScenario(
            this,
            province,
            [
                .. read.Where(row => row.Parent == province.Code)
                    .Select(row => new ScenarioCity(
                        row.Place,
                        double.Parse(row.Residents, CultureInfo.InvariantCulture),
                        [.. counties[row.Place.Code]]
                    )),
            ]
        );
    }

    private static double Number(CsvReader csv, string column) => double.Parse(csv.GetString(column), CultureInfo.InvariantCulture);
}

/// <summary>A province's year to be made up, and where.</summary>
internal sealed record PlacedScenario(Scenario Told, ScenarioPlace Province, IReadOnlyList<ScenarioCity> Cities)
{
    public string Name => Told.Name;

    public int Year => Told.Year;

    public YearTotals Totals => Told.Totals;

    public IReadOnlyList<ScenarioTrade> Trades => Told.Trades;

    public IReadOnlyList<ScenarioTrade> Served { get; } = [.. Told.Trades.Where(trade => trade.Lowest is not null)];

    public IReadOnlyList<ScenarioTrade> Unmet { get; } = [.. Told.Trades.Where(trade => trade.Lowest is null)];
}
