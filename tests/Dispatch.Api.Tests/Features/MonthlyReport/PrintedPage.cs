using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Dispatch.Api.Tests.Features.MonthlyReport;

/// <summary>A page as Chromium prints it: over the loopback, with the headers it was answered with.</summary>
internal sealed partial record PrintedPage(int Pages, double WidthMm, double HeightMm, string Text)
{
    private const double MmPerPoint = 25.4 / 72;

    public static async Task<PrintedPage> Of(HttpClient client, string path, string language = "zh-CN")
    {
        using var asking = new HttpRequestMessage(HttpMethod.Get, path);
        asking.Headers.Add("Accept-Language", language);
        using var answer = await client.SendAsync(asking);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var (page, policy) = (await answer.Content.ReadAsByteArrayAsync(), answer.Headers.GetValues("Content-Security-Policy").Single());
        await using var server = await Serving(page, policy);
        var address = server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        var folder = Directory.CreateTempSubdirectory("dispatch-print-").FullName;
        try
        {
            var pdf = Path.Combine(folder, "page.pdf");
            await OutsideProgram.Run(
                OutsideProgram.Browser,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                $"--user-data-dir={folder}/profile",
                "--no-pdf-header-footer",
                $"--print-to-pdf={pdf}",
                address + "/"
            );
            var info = await OutsideProgram.Run(OutsideProgram.PdfInfo, pdf);
            var size = Size().Match(info);
            return new PrintedPage(
                int.Parse(Count().Match(info).Groups["n"].ValueSpan, CultureInfo.InvariantCulture),
                double.Parse(size.Groups["w"].ValueSpan, CultureInfo.InvariantCulture) * MmPerPoint,
                double.Parse(size.Groups["h"].ValueSpan, CultureInfo.InvariantCulture) * MmPerPoint,
                await OutsideProgram.Run(OutsideProgram.PdfText, "-layout", pdf, "-")
            );
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<WebApplication> Serving(byte[] page, string policy)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = builder.Build();
        server.Run(async http =>
        {
            http.Response.Headers.ContentSecurityPolicy = policy;
            http.Response.ContentType = "text/html; charset=utf-8";
            await http.Response.Body.WriteAsync(page);
        });
        await server.StartAsync();
        return server;
    }

    [GeneratedRegex(@"Pages:\s+(?<n>\d+)", RegexOptions.None, 1000)]
    private static partial Regex Count();

    [GeneratedRegex(@"Page size:\s+(?<w>[\d.]+) x (?<h>[\d.]+) pts", RegexOptions.None, 1000)]
    private static partial Regex Size();
}
