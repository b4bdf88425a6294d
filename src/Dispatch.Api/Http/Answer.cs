using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Dispatch.Api.Http;

/// <summary>An answer that is a file of its own.</summary>
internal interface IFile
{
    byte[] Bytes { get; }
    string MediaType { get; }

    /// <summary>Letters, digits, dashes and dots.</summary>
    string FileName { get; }
}

/// <summary>An answer that can be read by a person as it is, where the caller wants that.</summary>
internal interface IReadable
{
    /// <summary>None: the caller wants JSON.</summary>
    Text? Readable { get; }
}

/// <summary>A success as it goes over the wire: what is sent, kept for an idempotency key, and sent again, to the byte.</summary>
/// <param name="Body">JSON in UTF-8.</param>
internal sealed record Answer(int Status, string? Location, string? ETag, byte[] Body, string? Language)
{
    /// <summary>Bytes.</summary>
    public const int Piece = 32 * 1024;

    private const string Json = "application/json; charset=utf-8";

    private string MediaType { get; init; } = Json;

    private string? Next { get; init; }

    private string? FileName { get; init; }

    public static Answer To<TRequest, TResponse>(TRequest request, TResponse response, Language language)
    {
        if (response is IFile file)
        {
            return OfFile(file);
        }

        var resource = response as IResource;
        if (resource?.AwaitedAt is { } awaited)
        {
            return Of(StatusCodes.Status202Accepted, response, language, awaited);
        }

        var created = resource is { WasThere: false } && Kind<TRequest>.Creates;
        return Of(created ? StatusCodes.Status201Created : StatusCodes.Status200OK, response, language, created ? resource!.Place() : null);
    }

    public static Answer Of<TResponse>(int status, TResponse response, Language language, string? location = null)
    {
        var type = response!.GetType();
        var body = JsonSerializer.SerializeToUtf8Bytes(response, type, JsonShape.In(language));
        return new Answer(
            status,
            location,
            response is IResource resource ? TagOf(resource.Version, body) : null,
            body,
            Languages.Words(type) ? language.Tag() : null
        );
    }

    /// <summary>A read, as a map where the caller wants one.</summary>
    public static Answer Reading(object? response, Language language)
    {
        if (response is Lines lines)
        {
            var text = Encoding.UTF8.GetBytes(string.Concat(lines.Items.Select(line => line + "\n")));
            return new Answer(StatusCodes.Status200OK, null, null, text, null) { MediaType = Lines.MediaType, Next = lines.Next };
        }

        if (response is IFile file)
        {
            return OfFile(file);
        }

        if (response is IReadable { Readable: { } words })
        {
            return new Answer(StatusCodes.Status200OK, null, null, Encoding.UTF8.GetBytes(words.In(language)), language.Tag())
            {
                MediaType = "text/plain; charset=utf-8",
            };
        }

        if (response is not IMapped { Map: { } map })
        {
            return Of(StatusCodes.Status200OK, response, language);
        }

        var body = JsonSerializer.SerializeToUtf8Bytes(map, JsonShape.In(language));
        return new Answer(StatusCodes.Status200OK, null, null, body, Languages.Words(response.GetType()) ? language.Tag() : null)
        {
            MediaType = GeoJson.MediaType,
            Next = map.Next,
        };
    }

    private static Answer OfFile(IFile file) =>
        new(StatusCodes.Status200OK, null, null, file.Bytes, null) { MediaType = file.MediaType, FileName = file.FileName };

    /// <summary>Writes the answer; a conditional read that already has these bytes gets 304 and no body.</summary>
    public async Task Write(HttpContext context)
    {
        var headers = context.Response.Headers;
        // A catalogue has no version: its bytes are all there is to tell one from another.
        var tag = ETag ?? (context.GetEndpoint()?.Metadata.GetMetadata<PublicCatalogue>() is null ? null : TagOf(1, Body));
        if (tag is not null)
        {
            headers.ETag = tag;
        }

        if (Next is not null)
        {
            headers.Link = $"<{Next}>; rel=\"next\"";
        }

        if (FileName is not null)
        {
            headers.ContentDisposition = $"attachment; filename=\"{FileName}\"";
        }

        if (Language is not null)
        {
            headers.ContentLanguage = Language;
        }

        if (Location is not null)
        {
            headers.Location = Location;
        }

        if (tag is not null && Holds(context.Request, tag))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        context.Response.StatusCode = Status;
        context.Response.ContentType = MediaType;
        context.Response.ContentLength = Body.Length;
        await Pour(context, Body);
    }

    /// <summary>Writes a body piece by piece: in one, the server would hold a copy of all of it for whoever does not read on.</summary>
    public static async Task Pour(HttpContext context, ReadOnlyMemory<byte> body)
    {
        while (body.Length > 0)
        {
            var piece = Math.Min(Piece, body.Length);
            await context.Response.BodyWriter.WriteAsync(body[..piece], context.RequestAborted);
            body = body[piece..];
        }
    }

    /// <summary>Whether a read says that its caller has these bytes already.</summary>
    public static bool Holds(HttpRequest request, string tag)
    {
        var held = request.Headers.IfNoneMatch.ToString();
        return (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
            && (held.Trim() == "*" || held.Split(',').Any(given => given.Trim() is var t && (t == tag || t == "W/" + tag)));
    }

    // The version first, so that If-Match can compare it alone: masks change the bytes with role and time, the version does not.
    private static string TagOf(long version, byte[] body) => $"\"{version}-{Convert.ToHexStringLower(SHA256.HashData(body))[..16]}\"";

    private static class Kind<TRequest>
    {
        public static readonly bool Creates = typeof(TRequest).GetInterfaces().Any(IsCreation);
    }

    private static bool IsCreation(Type contract) => contract.IsGenericType && contract.GetGenericTypeDefinition() == typeof(ICreates<>);
}
