using System.Text.RegularExpressions;

namespace Dispatch.Domain.Requests;

/// <summary>Addresses as people write them down.</summary>
public static partial class PostalAddress
{
    /// <summary>The address down to the township, the village or the community, without street, house and room; null when it names none of
    /// them.</summary>
    public static string? Village(string? address)
    {
        var found = Places().Match(address ?? "");
        return found.Success ? found.Value.Trim() : null;
    }

    // One place after the other, from the province down. What only looks like one (a market, a housing estate, a street of the new village) ends it.
    [GeneratedRegex(
        """
            ^\s* (
              [一-龥]{1,10}?
              ( 特别行政区 | 自治[区州县旗] | 省 | 市(?!场|口|中心|政) | 地区 | 盟
              | 州(?!路|街) | 县(?!城|道) | (?<![小园社厂矿]) 区(?!域|间) | 林区 | 旗(?!舰)
              | 街道(?!办) | 镇(?!政|中|[东西南北]?[路街]) | 乡(?!政|道|路|间) | 苏木 | 嘎查
              | 社区(?!服) | 村(?!口|道|头|尾|委|部|里|[东西南北]?[路街]) | 屯(?!路|街) )
              \s*
            )+
            """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 10_000
    )]
    private static partial Regex Places();
}
