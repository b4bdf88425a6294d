namespace Dispatch.Api.Http;

/// <summary>How long an address and how large the headers of a call may be, said as a problem; the server's own limits are twice as wide and answer
/// without words.</summary>
internal static class RequestSizes
{
    public const int LongestUrl = ServerLimits.LongestRequestLine / 2;
    public const int LargestHeaders = ServerLimits.LargestHeaders / 2;

    /// <summary>Inside the problems, and before anything that reads the address or the headers.</summary>
    public static void UseRequestSizes(this WebApplication app) =>
        app.Use(
            (context, next) =>
            {
                var request = context.Request;
                if (request.Path.Value!.Length + (request.QueryString.Value?.Length ?? 0) > LongestUrl)
                {
                    throw new Refused(
                        ProblemKinds.UrlTooLong,
                        $"网址最长 {LongestUrl} 个字符。",
                        $"An address may have at most {LongestUrl} characters."
                    );
                }

                if (SizeOf(request.Headers) > LargestHeaders)
                {
                    throw new Refused(
                        ProblemKinds.HeadersTooLarge,
                        $"请求头合计最大 {LargestHeaders / 1024} KB。",
                        $"The headers together may have at most {LargestHeaders / 1024} KB."
                    );
                }

                return next(context);
            }
        );

    private static int SizeOf(IHeaderDictionary headers)
    {
        var size = 0;
        foreach (var (name, values) in headers)
        {
            foreach (var value in values)
            {
                size += name.Length + (value?.Length ?? 0);
            }
        }

        return size;
    }
}
