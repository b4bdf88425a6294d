using Dispatch.Api.Features.ServiceRecords;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Auditing;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Api.Tests.Features.ServiceRecords;

internal static class Certificates
{
    /// <summary>As if the member had served: for tests that do not ask whether he has.</summary>
    public static async Task<Guid> ACertificate(this RunningService service, Guid member)
    {
        await using var scope = service.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<Acting>().Caller = new Caller("issuer", Role.Officer);
        var (day, id) = (new DateOnly(2026, 5, 1), Guid.Empty);
        await service
            .Services.GetRequiredService<Database>()
            .Write(
                scope.ServiceProvider.GetRequiredService<Session>(),
                Chore.SignOfLife,
                async () =>
                {
                    var volunteer = await scope.ServiceProvider.GetRequiredService<RecordStore>().Find(member);
                    var content = new CertificateContent("队员甲", "总工会", "经办人", "0576", "服务队");
                    var store = scope.ServiceProvider.GetRequiredService<CertificateStore>();
                    id = (await store.Issue(volunteer, day, day, new WorkDone(1, 60), content)).CertificateId;
                },
                CancellationToken.None
            );
        return id;
    }
}
