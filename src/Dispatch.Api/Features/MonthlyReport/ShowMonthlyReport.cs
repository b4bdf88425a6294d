using Dispatch.Api.Features.Reference;
using Dispatch.Api.Features.Reports;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Http.Contract;
using Dispatch.Domain.Calendar;
using MediatR;

namespace Dispatch.Api.Features.MonthlyReport;

internal static class ShowMonthlyReportEndpoint
{
    private const string Name = "ShowMonthlyReport";

    public static void MapShowMonthlyReport(this IEndpointRouteBuilder v1) =>
        v1.MapGroup("/reports")
            .WithTags("Reports")
            .MapGet("/monthly/{month}", Get)
            .WithName(Name)
            .WithSummary("Read a month as a page to print")
            .Produces<string>(StatusCodes.Status200OK, "text/html")
            .ReadAcceptLanguage()
            .Goes(Precedence.Last);

    private static async Task<MonthlyPage> Get(
        string month,
        HttpContext http,
        IMediator mediator,
        Caller caller,
        Catalogue catalogue,
        TimeProvider clock,
        CancellationToken ct,
        string? region = null
    )
    {
        var now = clock.GetUtcNow();
        if (ReportMonth.Read(month) is not { } wanted || !Years.Cover(wanted.First) || wanted.First > ShanghaiTime.DayOf(now))
        {
            throw Refused.Unknown();
        }

        var (scope, language) = (ReportQuery.Scope(region, caller, catalogue.Regions), http.Language());
        var figures = await MonthlyFigures.Read(mediator, catalogue, wanted, scope, language, ct);
        var name = scope is null ? new Text("全国", "The whole country").In(language) : catalogue.Regions.Find(scope)!.Name;
        return new MonthlyPage(figures, wanted, name, now, language);
    }
}
