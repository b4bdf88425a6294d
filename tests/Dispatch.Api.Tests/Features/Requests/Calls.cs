namespace Dispatch.Api.Tests.Features.Requests;

/// <summary>Requests as people tell them: in their own words, without a skill.</summary>
internal static class Calls
{
    public static object Told(
        string text,
        string name = "求助人丁",
        string? phone = null,
        string region = "331083",
        string? urgency = null,
        string? form = null,
        string[]? skills = null
    ) =>
        new
        {
            requester = new
            {
                kind = "farmer",
                name,
                phone = phone ?? $"139{Random.Shared.Next(10_000_000, 99_999_999)}",
            },
            text,
            skills = skills?.Select(code => new { code }).ToArray(),
            location = new { regionCode = region },
            urgency,
            form,
            channel = "phone",
        };
}
