using Dispatch.Api.Http;
using Dispatch.Api.Http.Contract;
using MediatR;

namespace Dispatch.Api.Features.ServiceRecords;

/// <summary>A certificate to be printed and sealed, for those who see the record it is of.</summary>
internal sealed record PrintCertificate(Guid MemberId, Guid CertificateId) : IRequest<CertificateView>;

internal static class PrintCertificateEndpoint
{
    public static void MapPrintCertificate(this IEndpointRouteBuilder members) =>
        members
            .MapGet("/{memberId:guid}/certificates/{certificateId:guid}/page", Get)
            .WithName(nameof(PrintCertificate))
            .WithSummary("Read a certificate as a page to print")
            .Produces<string>(StatusCodes.Status200OK, "text/html")
            .ReadAcceptLanguage();

    private static async Task<CertificatePage> Get(
        Guid memberId,
        Guid certificateId,
        HttpContext http,
        IMediator mediator,
        CancellationToken ct
    )
    {
        var certificate = await mediator.Send(new PrintCertificate(memberId, certificateId), ct);
        return new CertificatePage(certificate, $"{http.Request.Scheme}://{http.Request.Host}{certificate.Link}", http.Language());
    }
}

internal sealed class PrintCertificateHandler(RecordStore records, CertificateStore certificates)
    : IRequestHandler<PrintCertificate, CertificateView>
{
    public async Task<CertificateView> Handle(PrintCertificate query, CancellationToken cancellationToken)
    {
        var volunteer = await records.Find(query.MemberId);
        var certificate =
            (await certificates.Of(volunteer.MemberId)).FirstOrDefault(row => row.CertificateId == query.CertificateId)
            ?? throw Refused.Unknown();
        return certificates.View(volunteer, certificate);
    }
}
