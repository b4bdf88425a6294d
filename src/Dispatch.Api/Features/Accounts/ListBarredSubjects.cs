using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using MediatR;
using Microsoft.AspNetCore.Mvc;

namespace Dispatch.Api.Features.Accounts;

/// <summary>Everybody who is barred.</summary>
internal sealed record ListBarredSubjects(HttpContext Http, int? PageSize, string? Cursor) : IRequest<Page<BarredSubjectView>>;

internal static class ListBarredSubjectsEndpoint
{
    public static void MapListBarredSubjects(this IEndpointRouteBuilder subjects) =>
        subjects.MapGet("/", Get).WithName(nameof(ListBarredSubjects)).WithSummary("List who is barred").ShowsMany();

    private static Task<Page<BarredSubjectView>> Get(
        HttpContext http,
        IMediator mediator,
        CancellationToken ct,
        [FromQuery(Name = "page_size")] int? pageSize = null,
        string? cursor = null
    ) => mediator.Send(new ListBarredSubjects(http, pageSize, cursor), ct);
}

internal sealed class ListBarredSubjectsHandler(BarredSubjectStore subjects) : IRequestHandler<ListBarredSubjects, Page<BarredSubjectView>>
{
    public async Task<Page<BarredSubjectView>> Handle(ListBarredSubjects request, CancellationToken cancellationToken)
    {
        var size = Paging.Size(request.PageSize);
        var rows = await subjects.After(Paging.After<Key>(request.Http, request.Cursor)?.Subject ?? "", size + 1);
        return Paging.Of(request.Http, rows, size, row => row.View, row => new Key(row.Subject));
    }

    private sealed record Key(string Subject);
}
