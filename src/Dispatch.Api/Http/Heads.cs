namespace Dispatch.Api.Http;

/// <summary>HEAD is GET without its body: the same route answers, and the bytes go nowhere.</summary>
internal static class Heads
{
    public static void UseHeads(this WebApplication app) =>
        app.Use(
            async (context, next) =>
            {
                if (!HttpMethods.IsHead(context.Request.Method))
                {
                    await next(context);
                    return;
                }

                context.Request.Method = HttpMethods.Get;
                context.Response.Body = Stream.Null;
                try
                {
                    await next(context);
                }
                finally
                {
                    context.Request.Method = HttpMethods.Head;
                }
            }
        );
}
