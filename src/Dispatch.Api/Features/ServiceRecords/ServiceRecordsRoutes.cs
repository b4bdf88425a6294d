namespace Dispatch.Api.Features.ServiceRecords;

internal static class ServiceRecordsRoutes
{
    private const string Tag = "Service records";

    public static void MapServiceRecords(this IEndpointRouteBuilder v1)
    {
        var members = v1.MapGroup("/members").WithTags(Tag);
        members.MapShowServiceRecord();
        members.MapEnterRecord();
        members.MapIssueCertificate();
        members.MapPrintCertificate();
        members.MapAskRecordCorrection();
        v1.MapGroup("/record-corrections").WithTags(Tag).MapDecideRecordCorrection();
        var certificates = v1.MapGroup("/certificates").WithTags(Tag);
        certificates.MapVerifyCertificate();
        certificates.MapRevokeCertificate();
    }
}
