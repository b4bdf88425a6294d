using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using MediatR;

namespace Dispatch.Api.Features.Lessons;

/// <summary>One version of reading.</summary>
internal sealed record ShowSuggestionVersion(int Number) : IRequest<SuggestionVersionView>;

internal static class ShowSuggestionVersionEndpoint
{
    public static void MapShowSuggestionVersion(this IEndpointRouteBuilder versions) =>
        versions.MapGet("/{number:int}", Get).WithName(nameof(ShowSuggestionVersion)).WithSummary("Read one version of reading").ShowsOne();

    private static Task<SuggestionVersionView> Get(int number, IMediator mediator, CancellationToken ct) =>
        mediator.Send(new ShowSuggestionVersion(number), ct);
}

internal sealed class ShowSuggestionVersionHandler(LessonStore lessons, ReadingInUse reading)
    : IRequestHandler<ShowSuggestionVersion, SuggestionVersionView>
{
    public async Task<SuggestionVersionView> Handle(ShowSuggestionVersion query, CancellationToken cancellationToken) =>
        SuggestionVersionView.Of(await lessons.Require(query.Number), reading);
}
