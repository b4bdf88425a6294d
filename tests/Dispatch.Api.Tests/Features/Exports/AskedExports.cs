using System.Net;
using Dispatch.Api.Features.Exports;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Dispatch.Api.Tests.Features.Exports;

internal static class AskedExports
{
    /// <summary>An export that is not waited for.</summary>
    public static async Task<HttpResponseMessage> AskForExport(this HttpClient client, string kind = "visits")
    {
        using var asking = new HttpRequestMessage(HttpMethod.Get, $"/v1/exports/records/{kind}");
        asking.Headers.Add("Prefer", "respond-async");
        return await client.SendAsync(asking);
    }

    /// <summary>Works on every export that waits.</summary>
    public static Task<int> WorkExports(this RunningService service) => service.Services.GetRequiredService<ExportLoop>().WorkDue();

    /// <summary>An export whose file can be fetched by this caller.</summary>
    public static async Task<Guid> AnExport(this RunningService service, HttpClient client)
    {
        using var accepted = await client.AskForExport();
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        await service.WorkExports();
        return Guid.Parse(accepted.Headers.Location!.ToString().Split('/')[^1]);
    }
}
