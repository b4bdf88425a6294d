using Dispatch.Domain.Matching;
using Dispatch.Domain.Matching.Index;
using Dispatch.Domain.Teams;

namespace Dispatch.Benchmarks.Matching;

/// <summary>Needs by how far their search goes, and the mixture of them that a country has.</summary>
internal static class Scopes
{
    public const string Mixture = "mixture 70/20/10";

    private static readonly (Tier Tier, int Share)[] Shares = [(Tier.County, 7), (Tier.City, 2), (Tier.Province, 1)];

    /// <summary>The needs of each scope, and ten of every mixture's needs in its proportions.</summary>
    public static Dictionary<string, IReadOnlyList<Need>> Of(Country country, TeamIndex index, int each)
    {
        var byTier = new[] { Tier.County, Tier.City, Tier.Province, Tier.Country }.ToDictionary(
            tier => tier,
            tier => country.Needs(index, tier, each)
        );
        var needs = byTier.ToDictionary(
            scope => scope.Key.ToString().ToLowerInvariant(),
            scope => (IReadOnlyList<Need>)scope.Value,
            StringComparer.Ordinal
        );
        needs[Mixture] =
        [
            .. Enumerable
                .Range(0, each / 10)
                .SelectMany(ten => Shares.SelectMany(share => byTier[share.Tier].Skip(ten * share.Share).Take(share.Share))),
        ];
        return needs;
    }
}
