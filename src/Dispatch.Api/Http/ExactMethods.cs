namespace Dispatch.Api.Http;

/// <summary>The names of methods are exact (RFC 9110, 9.1): "get" is none.</summary>
internal static class ExactMethods
{
    private const string Nobodys = "-";

    public static void UseExactMethods(this WebApplication app) =>
        app.Use(
            (context, next) =>
            {
                // Routing takes any case. Under a name that nobody maps it refuses, and says which there are.
                if (context.Request.Method.Any(char.IsAsciiLetterLower))
                {
                    context.Request.Method = Nobodys + context.Request.Method;
                }

                return next(context);
            }
        );
}
