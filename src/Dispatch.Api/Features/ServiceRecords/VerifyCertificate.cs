using Dispatch.Api.Http;
using Dispatch.Domain.Calendar;
using MediatR;

namespace Dispatch.Api.Features.ServiceRecords;

/// <summary>Whether a certificate is genuine, and what it says, for anybody who holds it.</summary>
internal sealed record VerifyCertificate(string Number) : IRequest<CertificateCheckView>;

/// <param name="Genuine">False: no certificate has this number.</param>
/// <param name="Valid">Genuine and not revoked.</param>
/// <param name="MaskedName">The first character of the name.</param>
internal sealed record CertificateCheckView(
    string Number,
    bool Genuine,
    bool Valid,
    string? MaskedName,
    DateOnly? From,
    DateOnly? To,
    int? Services,
    decimal? Hours,
    string? Issuer,
    DateOnly? IssuedOn,
    DateOnly? RevokedOn
);

internal static class VerifyCertificateEndpoint
{
    public static void MapVerifyCertificate(this IEndpointRouteBuilder certificates) =>
        certificates
            .MapGet("/{certificateNumber}", Get)
            .WithName(nameof(VerifyCertificate))
            .WithSummary("Check whether a certificate is genuine")
            .ShowsMany();

    private static Task<CertificateCheckView> Get(string certificateNumber, IMediator mediator, CancellationToken ct) =>
        mediator.Send(new VerifyCertificate(certificateNumber), ct);
}

internal sealed class VerifyCertificateHandler(CertificateStore certificates) : IRequestHandler<VerifyCertificate, CertificateCheckView>
{
    public async Task<CertificateCheckView> Handle(VerifyCertificate query, CancellationToken cancellationToken)
    {
        if (await certificates.FindByNumber(query.Number) is not { } row)
        {
            return new CertificateCheckView(query.Number, false, false, null, null, null, null, null, null, null, null);
        }

        var content = certificates.Open(row);
        return new CertificateCheckView(
            row.Number,
            Genuine: true,
            row.RevokedAt is null,
            Masked(content.Name),
            row.FromDay,
            row.ToDay,
            row.Services,
            WorkDone.HoursOf(row.Minutes),
            content.Issuer,
            ShanghaiTime.DayOf(row.IssuedAt),
            row.RevokedAt is { } revoked ? ShanghaiTime.DayOf(revoked) : null
        );
    }

    // As many stars whatever the length: how long a name is tells something of it.
    private static string Masked(string name) =>
        name.Length < 2 ? "**"
        : char.IsHighSurrogate(name[0]) ? name[..2] + "**"
        : name[..1] + "**";
}
