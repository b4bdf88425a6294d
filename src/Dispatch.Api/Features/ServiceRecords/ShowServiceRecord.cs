using Dispatch.Api.Http;
using MediatR;

namespace Dispatch.Api.Features.ServiceRecords;

/// <summary>志愿服务记录: all five parts of what is on record of a volunteer.</summary>
internal sealed record ShowServiceRecord(Guid MemberId) : IRequest<ServiceRecordView>, IBeyondRegion;

internal static class ShowServiceRecordEndpoint
{
    public static void MapShowServiceRecord(this IEndpointRouteBuilder members) =>
        members
            .MapGet("/{memberId:guid}/service-record", Get)
            .WithName(nameof(ShowServiceRecord))
            .WithSummary("Read the record of a volunteer: basics, service, training, commendations, evaluation")
            .ShowsMany();

    private static Task<ServiceRecordView> Get(Guid memberId, IMediator mediator, CancellationToken ct) =>
        mediator.Send(new ShowServiceRecord(memberId), ct);
}

internal sealed class ShowServiceRecordHandler(RecordStore records, RecordReader reader)
    : IRequestHandler<ShowServiceRecord, ServiceRecordView>
{
    public async Task<ServiceRecordView> Handle(ShowServiceRecord query, CancellationToken cancellationToken) =>
        await reader.Read(await records.Find(query.MemberId));
}
