using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Net.Http.Headers;

namespace Dispatch.Api.Http;

/// <summary>A success as it goes over the wire: what is sent, kept for an idempotency key, and sent again, to the byte.</summary>
internal sealed record Answer(int Status, string? Location, string? ETag, string Body, string? Language)
{
    public static Answer To<TRequest, TResponse>(TRequest request, TResponse response, Language language)
    {
        var resource = response as IResource;
        var created = resource is { WasThere: false } && Kind<TRequest>.Creates;
        return Of(created ? StatusCodes.Status201Created : StatusCodes.Status200OK, response, language, created ? resource!.Place() : null);
    }

    public static Answer Of<TResponse>(int status, TResponse response, Language language, string? location = null)
    {
        var type = response!.GetType();
        var body = JsonSerializer.Serialize(response, type, JsonShape.In(language));
        return new Answer(
            status,
            location,
            response is IResource resource ? TagOf(resource.Version, body) : null,
            body,
            Languages.Words(type) ? language.Tag() : null
        );
    }

    /// <summary>Writes the answer; a conditional read that already has these bytes gets 304 and no body.</summary>
    public async Task Write(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.Vary = $"{HeaderNames.AcceptLanguage}, {HeaderNames.Authorization}";
        headers.CacheControl = context.GetEndpoint()?.Metadata.GetMetadata<PublicCatalogue>() is null ? "no-store" : "public, max-age=300";
        if (ETag is not null)
        {
            headers.ETag = ETag;
        }

        if (Language is not null)
        {
            headers.ContentLanguage = Language;
        }

        if (Location is not null)
        {
            headers.Location = Location;
        }

        if (IsRead(context.Request) && Matches(context.Request.Headers.IfNoneMatch))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        context.Response.StatusCode = Status;
        context.Response.ContentType = "application/json; charset=utf-8";
        var bytes = Encoding.UTF8.GetBytes(Body);
        context.Response.ContentLength = bytes.Length;
        await context.Response.BodyWriter.WriteAsync(bytes, context.RequestAborted);
    }

    private static bool IsRead(HttpRequest request) => HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);

    private bool Matches(string? ifNoneMatch) =>
        ETag is not null
        && ifNoneMatch is not null
        && (ifNoneMatch.Trim() == "*" || ifNoneMatch.Split(',').Any(tag => tag.Trim() is var t && (t == ETag || t == "W/" + ETag)));

    // The version first, so that If-Match can compare it alone: masks change the bytes with role and time, the version does not.
    private static string TagOf(long version, string body) =>
        $"\"{version}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body)))[..16]}\"";

    private static class Kind<TRequest>
    {
        public static readonly bool Creates = typeof(TRequest).GetInterfaces().Any(IsCreation);
    }

    private static bool IsCreation(Type contract) => contract.IsGenericType && contract.GetGenericTypeDefinition() == typeof(ICreates<>);
}

/// <summary>On an endpoint whose answers hold nothing about persons and may be cached by anybody.</summary>
internal sealed record PublicCatalogue;
