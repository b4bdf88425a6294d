using Microsoft.Net.Http.Headers;

namespace Dispatch.Api.Http;

/// <summary>The language of an answer: Chinese unless the caller prefers English.</summary>
internal static class Languages
{
    public static Language Language(this HttpContext context)
    {
        var wanted = context.Request.GetTypedHeaders().AcceptLanguage;
        var best = wanted.OrderByDescending(range => range.Quality ?? 1).FirstOrDefault(IsKnown);
        return best is not null && best.Value.StartsWith("en", StringComparison.OrdinalIgnoreCase)
            ? Http.Language.English
            : Http.Language.Chinese;
    }

    private static bool IsKnown(StringWithQualityHeaderValue range) =>
        range.Quality != 0
        && (
            range.Value.StartsWith("en", StringComparison.OrdinalIgnoreCase)
            || range.Value.StartsWith("zh", StringComparison.OrdinalIgnoreCase)
        );
}
