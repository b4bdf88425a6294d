using Dispatch.Api.Features.Deadlines;
using Dispatch.Api.Features.Notices;
using Dispatch.Api.Features.Offers;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Http;
using Dispatch.Api.Storage;
using Dispatch.Domain.Calendar;
using Dispatch.Domain.Visits;

namespace Dispatch.Api.Features.Visits;

internal sealed record Booked(VisitForm? Form, DateTimeOffset Start, DateTimeOffset End, IReadOnlyList<Guid> MemberIds, string? Note);

/// <summary>Puts a visit into the diary: the members belong to the team, and nobody is booked twice at one time.</summary>
internal sealed class Booking(Session db, VisitStore visits, DeadlineStore deadlines, NoticeStore notices, TimeProvider clock)
{
    public async Task<VisitRow> Book(RequestRow request, AssignmentRow assignment, Booked booked)
    {
        await RequireMembers(assignment.TeamId, booked.MemberIds, "#/memberIds");
        // The team is the lock: two bookings of one member are judged one after the other.
        await db.Value<long>($"select capacity from team where team_id = @TeamId {db.ForUpdate}", assignment);
        await RefuseDoubleBooking(null, booked.MemberIds, booked.Start, booked.End);
        var visit = await visits.Insert(
            new VisitRow
            {
                VisitId = Guid.CreateVersion7(clock.GetUtcNow()),
                RequestId = request.RequestId,
                AssignmentId = assignment.AssignmentId,
                TeamId = assignment.TeamId,
                Form = booked.Form is { } form ? Words.Of(form) : request.Form,
                StartsAt = booked.Start,
                EndsAt = booked.End,
                Note = booked.Note,
            },
            booked.MemberIds
        );
        await deadlines.Drop(request.RequestId, DeadlineKind.Report);
        await TellRequester(request, booked.Start);
        return visit;
    }

    public Task TellRequester(RequestRow request, DateTimeOffset start) =>
        notices.ToRequester(request, NoticeKind.Visit, NoticeWording.Booked(request, start));

    public async Task RequireMembers(Guid teamId, IReadOnlyList<Guid> memberIds, string pointer)
    {
        if (memberIds.Count == 0)
        {
            return;
        }

        var own = await db.List<MemberRow>("select member_id from member where team_id = @teamId", new { teamId });
        if (memberIds.Except(own.Select(member => member.MemberId)).Any())
        {
            throw Refused.Field(pointer, "member_unknown", "其中有人不是这支队伍的队员。", "One of them is no member of this team.");
        }
    }

    public async Task RefuseDoubleBooking(Guid? except, IReadOnlyList<Guid> memberIds, DateTimeOffset start, DateTimeOffset end)
    {
        foreach (var memberId in memberIds)
        {
            var clash = await db.Value<long>(
                """
                select count(*) from visit_member join visit on visit.visit_id = visit_member.visit_id
                where visit_member.member_id = @memberId and visit.visit_id <> @except and visit.state in ('scheduled', 'travelling', 'in_service')
                  and visit.starts_at < @end and visit.ends_at > @start
                """,
                new
                {
                    memberId,
                    except = except ?? Guid.Empty,
                    start,
                    end,
                }
            );
            if (clash > 0)
            {
                throw new Refused(
                    ProblemKinds.MemberBusy,
                    "有队员在该时段已有安排，请换时间或换人。",
                    "A member is booked at that time already. Choose another time or another member."
                );
            }
        }
    }

    private sealed record MemberRow
    {
        public Guid MemberId { get; init; }
    }
}
