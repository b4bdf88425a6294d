using Dispatch.Api.Features.Reference;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Http.Contract;
using Dispatch.Api.Storage;
using Dispatch.Domain.Assigning;
using Dispatch.Domain.Geography;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.DispatchRuns;

/// <summary>批量派单: all open requests of a region, or those named, against all teams at once. It is a plan first.</summary>
/// <param name="RegionCode">With all below it; left out, the region of the officer.</param>
/// <param name="Fairness">0: only the points count; up to 100 the load is spread more and more.</param>
/// <param name="DryRun">Left out or true, the plan waits for its commit; false, it commits itself.</param>
internal sealed record StartDispatchRun(
    string? RegionCode = null,
    IReadOnlyList<Guid>? RequestIds = null,
    int? Fairness = null,
    bool? DryRun = null
) : ICreates<DispatchRunView>;

internal static class StartDispatchRunEndpoint
{
    public static void MapStartDispatchRun(this IEndpointRouteBuilder runs) =>
        runs.MapPost("/", Post)
            .WithName(nameof(StartDispatchRun))
            .WithSummary("Plan the dispatch of many requests at once")
            .Creates<DispatchRunView>();

    private static Task<DispatchRunView> Post(StartDispatchRun command, IMediator mediator, CancellationToken ct) =>
        mediator.Send(command, ct);
}

internal sealed class StartDispatchRunValidator : AbstractValidator<StartDispatchRun>
{
    public const int MostNamed = 1000;

    public StartDispatchRunValidator()
    {
        RuleFor(c => c.RegionCode).MaximumLength(12);
        RuleFor(c => c.RequestIds).MaximumItems(MostNamed);
        RuleFor(c => c.Fairness).InclusiveBetween(0, DispatchObjective.HighestFairness);
    }
}

internal sealed class StartDispatchRunHandler(
    Session db,
    Caller caller,
    Catalogue catalogue,
    DispatchRunStore runs,
    DispatchRunReader reader,
    RequestStore requests,
    RunSignal signal,
    TimeProvider clock
) : IRequestHandler<StartDispatchRun, DispatchRunView>
{
    /// <summary>Runs waiting or at work; whoever comes then is asked to come again.</summary>
    private const int MostAtWork = 20;

    public async Task<DispatchRunView> Handle(StartDispatchRun command, CancellationToken cancellationToken)
    {
        if (await runs.AtWork() >= MostAtWork)
        {
            throw new Overloaded();
        }

        for (var at = 0; at < command.RequestIds?.Count; at++)
        {
            await requests.RequireKnown(command.RequestIds[at], $"#/requestIds/{at}");
        }

        var lineage = RegionOf(command) is { } region ? catalogue.LineageOf(region) : null;
        var run = new DispatchRunRow
        {
            RunId = Guid.CreateVersion7(clock.GetUtcNow()),
            RegionCode = lineage?.Region,
            CountyCode = lineage?.County,
            CityCode = lineage?.City,
            ProvinceCode = lineage?.Province,
            RequestIds = command.RequestIds is { Count: > 0 } named ? string.Join(' ', named.Distinct()) : null,
            Fairness = command.Fairness ?? 0,
            DryRun = command.DryRun ?? true,
            MadeBy = caller.Subject,
            ActorRole = Words.Of(caller.Role),
            ActorRegion = caller.RegionCode,
            CreatedAt = clock.GetUtcNow(),
        };
        await runs.Insert(run);
        db.AfterCommit(signal.Wake);
        return await reader.View(await runs.Find(run.RunId));
    }

    private Region? RegionOf(StartDispatchRun command)
    {
        var code = command.RegionCode ?? caller.RegionCode;
        if (code is null)
        {
            return null;
        }

        var region =
            catalogue.Regions.Find(code)
            ?? throw Refused.Field(
                "#/regionCode",
                "region_unknown",
                "没有这个行政区划代码，见 GET /v1/regions。",
                "There is no such region. See GET /v1/regions."
            );
        if (caller.RegionCode is { } own && !catalogue.Regions.IsWithin(region.Code, own))
        {
            throw Refused.Field("#/regionCode", "region_beyond_reach", "该地区不在您的辖区内。", "This region is not within your own.");
        }

        return region;
    }
}
