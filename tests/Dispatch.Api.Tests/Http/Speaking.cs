namespace Dispatch.Api.Tests.Http;

/// <summary>Asking in a language, and telling the two apart.</summary>
public static class Speaking
{
    public static HttpClient In(this HttpClient client, string language)
    {
        client.DefaultRequestHeaders.Remove("Accept-Language");
        client.DefaultRequestHeaders.TryAddWithoutValidation("Accept-Language", language);
        return client;
    }

    public static bool HasChinese(this string text) => text.Any(c => c is >= '一' and <= '龥');
}
