namespace Dispatch.Api.Http;

/// <summary>Headers of every answer, whoever writes it: a refusal starts from empty ones, so they are said when the answer begins.</summary>
internal static class EveryAnswer
{
    public static void SayWithEveryAnswer(this WebApplication app, Action<HttpContext> say) =>
        app.Use(
            (context, next) =>
            {
                context.Response.OnStarting(() =>
                {
                    say(context);
                    return Task.CompletedTask;
                });
                return next(context);
            }
        );
}
