using Dispatch.Api.Features.Exports;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Net.Http.Headers;

namespace Dispatch.Api.Http;

/// <summary>On an endpoint whose answers hold nothing about persons and may be cached by anybody.</summary>
internal sealed record PublicCatalogue;

/// <summary>What caches may keep, and by which headers of the question an answer varies. Nothing is kept unless its endpoint says so.</summary>
internal static class Caching
{
    private const string Never = "no-store";
    private const string ForEveryone = "public, max-age=300";

    /// <summary>Around everything that answers: whoever writes a body says nothing about caches.</summary>
    public static void UseCaching(this WebApplication app) => app.SayWithEveryAnswer(Say);

    private static void Say(HttpContext context)
    {
        var (headers, metadata) = (context.Response.Headers, context.GetEndpoint()?.Metadata);
        // A refusal is written without its endpoint: the catalogue's are not kept either.
        var isPublic = metadata?.GetMetadata<PublicCatalogue>() is not null;
        if (headers.CacheControl.Count == 0 || metadata is not null)
        {
            headers.CacheControl = isPublic ? ForEveryone : Never;
        }

        var varies = headers
            .Vary.SelectMany(line => (line ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .Append(HeaderNames.AcceptLanguage)
            .Append(HeaderNames.Origin);
        if (!isPublic && metadata?.GetMetadata<IAllowAnonymous>() is null)
        {
            varies = varies.Append(HeaderNames.Authorization);
        }

        if (metadata?.GetMetadata<OffersGeoJson>() is not null || metadata?.GetMetadata<OffersSheets>() is not null)
        {
            varies = varies.Append(HeaderNames.Accept);
        }

        headers.Vary = string.Join(", ", varies.Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase));
    }
}
