using System.Text.Json.Serialization;
using Dispatch.Api.Http;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.ServiceRecords;

/// <summary>An office takes a certificate back that should not be out; whoever checks it learns that.</summary>
internal sealed record RevokeCertificate(string Reason) : ICommand<CertificateView>
{
    [JsonIgnore]
    public Guid CertificateId { get; init; }
}

internal static class RevokeCertificateEndpoint
{
    public static void MapRevokeCertificate(this IEndpointRouteBuilder certificates) =>
        certificates
            .MapPost("/{certificateId:guid}/revoke", Post)
            .WithName(nameof(RevokeCertificate))
            .WithSummary("Take a certificate back")
            .Acts();

    private static Task<CertificateView> Post(Guid certificateId, RevokeCertificate command, IMediator mediator, CancellationToken ct) =>
        mediator.Send(command with { CertificateId = certificateId }, ct);
}

internal sealed class RevokeCertificateValidator : AbstractValidator<RevokeCertificate>
{
    public RevokeCertificateValidator() => RuleFor(c => c.Reason).NotEmpty().MaximumLength(500);
}

internal sealed class RevokeCertificateHandler(CertificateStore certificates) : IRequestHandler<RevokeCertificate, CertificateView>
{
    public async Task<CertificateView> Handle(RevokeCertificate command, CancellationToken cancellationToken)
    {
        var (volunteer, certificate) = await certificates.Hold(command.CertificateId);
        return certificates.View(volunteer, await certificates.Revoke(certificate, command.Reason));
    }
}
