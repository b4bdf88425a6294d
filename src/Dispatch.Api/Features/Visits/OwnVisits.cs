using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;

namespace Dispatch.Api.Features.Visits;

/// <summary>What a member of a team has to do with: the visits he is booked for, and the requests they are for. His leader says who he is
/// (<c>LinkMember</c>); a member whom nobody linked has none.</summary>
internal static class OwnVisits
{
    /// <summary>A condition on <c>visit</c>.</summary>
    public static string Sql(Caller caller, Arguments args)
    {
        args.Add("memberSubject", caller.Subject);
        args.Add("memberTeam", caller.TeamId);
        return """
            exists (select 1 from visit_member join member on member.member_id = visit_member.member_id
                    where visit_member.visit_id = visit.visit_id and member.subject = @memberSubject and member.team_id = @memberTeam)
            """;
    }

    /// <summary>A condition on whatever has the request in the column <paramref name="requestId"/>. A visit that was cancelled leads nowhere.</summary>
    public static string SqlOfRequest(Caller caller, string requestId, Arguments args) =>
        $"exists (select 1 from visit where visit.request_id = {requestId} and visit.state <> 'cancelled' and {Sql(caller, args)})";
}
