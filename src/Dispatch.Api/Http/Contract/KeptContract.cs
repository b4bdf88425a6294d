using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Dispatch.Api.Http.Contract;

/// <summary>The contract is the same as long as the process lives: it is written once, and who holds it hears that nothing changed.</summary>
internal static class KeptContract
{
    public static TBuilder KeepContract<TBuilder>(this TBuilder contract)
        where TBuilder : IEndpointConventionBuilder
    {
        contract.Add(endpoint =>
        {
            var write = endpoint.RequestDelegate!;
            // An address has many spellings and one contract.
            var written = new ConcurrentDictionary<string, (byte[] Body, string? Type, string Tag)>(StringComparer.OrdinalIgnoreCase);
            var turn = new SemaphoreSlim(1);
            endpoint.RequestDelegate = async context =>
            {
                if (!written.TryGetValue(context.Request.Path, out var kept))
                {
                    // Writing it takes a second: whoever asks meanwhile waits for the one who writes.
                    await turn.WaitAsync(context.RequestAborted);
                    try
                    {
                        if (!written.TryGetValue(context.Request.Path, out kept))
                        {
                            kept = written[context.Request.Path] = await Written(context, write);
                        }
                    }
                    finally
                    {
                        turn.Release();
                    }
                }

                await Answer(context, kept);
            };
        });
        return contract;
    }

    private static async Task<(byte[] Body, string? Type, string Tag)> Written(HttpContext context, RequestDelegate write)
    {
        var caught = await Catch(context, write);
        return context.Response.StatusCode == StatusCodes.Status200OK ? caught : throw Refused.Unknown();
    }

    private static async Task<(byte[] Body, string? Type, string Tag)> Catch(HttpContext context, RequestDelegate write)
    {
        var outside = context.Response.Body;
        using var caught = new MemoryStream();
        context.Response.Body = caught;
        try
        {
            await write(context);
            await context.Response.BodyWriter.FlushAsync();
        }
        finally
        {
            context.Response.Body = outside;
        }

        var body = caught.ToArray();
        return (body, context.Response.ContentType, $"\"{Convert.ToHexStringLower(SHA256.HashData(body))[..16]}\"");
    }

    private static async Task Answer(HttpContext context, (byte[] Body, string? Type, string Tag) kept)
    {
        context.Response.Headers.ETag = kept.Tag;
        if (Http.Answer.Holds(context.Request, kept.Tag))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            context.Response.ContentType = null;
            return;
        }

        context.Response.ContentType = kept.Type;
        context.Response.ContentLength = kept.Body.Length;
        await Http.Answer.Pour(context, kept.Body);
    }
}
