namespace Dispatch.Domain.Matching.Index;

/// <summary>Enters teams one by one, in any order.</summary>
public sealed class TeamIndexBuilder
{
    private readonly MatchRules rules;
    private readonly SkillNumbers numbers;
    private readonly List<int> provinces;
    private readonly TeamBlockBuilder[] homes;
    private readonly TeamBlockBuilder serving;

    public TeamIndexBuilder(MatchRules rules)
    {
        this.rules = rules;
        numbers = new SkillNumbers(rules.Skills);
        provinces = TeamIndex.BlocksOf(rules.Regions);
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        homes = new TeamBlockBuilder[provinces.Count + 1];
        for (var block = 0; block < homes.Length; block++)
        {
            homes[block] = new TeamBlockBuilder(rules.Regions, numbers, texts, serving: false);
        }

        serving = new TeamBlockBuilder(rules.Regions, numbers, texts, serving: true);
    }

    /// <summary>Teams entered so far.</summary>
    public int Count { get; private set; }

    public void Add(Standed entry)
    {
        homes[TeamIndex.BlockOf(provinces, rules.Regions, entry.Team)].Add(entry.Team, entry.Load);
        if (Standing.Serves(entry.Team))
        {
            serving.Add(entry.Team, entry.Load);
        }

        Count++;
    }

    public TeamIndex Finish()
    {
        var built = Array.ConvertAll(homes, home => home.Build());
        return new TeamIndex(rules.Regions, rules.Skills, numbers, built, serving.Build(), new Outline(built, numbers));
    }
}
