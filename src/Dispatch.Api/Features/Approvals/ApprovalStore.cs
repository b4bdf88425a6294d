using Dispatch.Api.Features.Reference;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;

namespace Dispatch.Api.Features.Approvals;

/// <summary>The one writer of approvals: who asks does not decide, what has expired is not approved, and what is approved is done once.</summary>
internal sealed class ApprovalStore(
    Session db,
    Caller caller,
    Catalogue catalogue,
    SecurityEvents events,
    Preconditions preconditions,
    TimeProvider clock
)
{
    /// <summary>So long what an office asks may be decided: over a weekend.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(72);

    /// <summary>So long an approved export may be fetched.</summary>
    public static readonly TimeSpan Usable = TimeSpan.FromHours(1);

    public static DateTimeOffset? UsableUntil(ApprovalRow row) =>
        row.KindNow == ApprovalKind.ExportUnmasked && Words.To<ApprovalState>(row.State) == ApprovalState.Approved
            ? row.DecidedAt + Usable
            : null;

    /// <param name="region">Where another may decide; none: only where the reach is no region.</param>
    /// <param name="wish">The request whose requester wishes it, and until when it is to be answered.</param>
    public async Task<ApprovalRow> Ask(
        ApprovalKind kind,
        ApprovalContent content,
        string? region,
        string reason,
        (Guid RequestId, DateTimeOffset DueAt)? wish = null
    )
    {
        var now = clock.GetUtcNow();
        var lineage = region is null ? null : catalogue.LineageOf(catalogue.Regions.Find(region)!);
        var id = Guid.CreateVersion7(now);
        events.Note(db, SecurityEvent.ApprovalAsked, id.ToString(), caller.Subject);
        return (
            await db.Find<ApprovalRow>(
                $"""
                insert into approval (approval_id, kind, state, version, content, reason, request_id, region_code, county_code, city_code, province_code, asked_by, asked_at, due_at, expires_at)
                values (@id, @kind, 'waiting', 1, @content, @reason, @request, @region, @county, @city, @province, @by, @now, @due, @expires)
                returning {ApprovalRow.Columns}
                """,
                new
                {
                    id,
                    kind = Words.Of(kind),
                    content = content.Write(),
                    reason,
                    request = wish?.RequestId,
                    region = lineage?.Region,
                    county = lineage?.County,
                    city = lineage?.City,
                    province = lineage?.Province,
                    by = caller.Subject,
                    now,
                    due = wish?.DueAt,
                    // A person's wish stands until it is answered.
                    expires = wish is null ? now + Lifetime : (DateTimeOffset?)null,
                }
            )
        )!;
    }

    public async Task<ApprovalRow> Find(Guid id) =>
        Visible(await db.Find<ApprovalRow>($"select {ApprovalRow.Columns} from approval where approval_id = @id", new { id }));

    /// <summary>The wish of this requester that nobody has answered yet.</summary>
    public Task<ApprovalRow?> FindWish(Guid requestId) =>
        db.Find<ApprovalRow>(
            $"select {ApprovalRow.Columns} from approval where request_id = @requestId and state = 'waiting'",
            new { requestId }
        );

    public async Task<ApprovalRow> Hold(Guid id)
    {
        var row = Visible(
            await db.Find<ApprovalRow>($"select {ApprovalRow.Columns} from approval where approval_id = @id {db.ForUpdate}", new { id })
        );
        preconditions.Aim(row.ApprovalId, row.Version);
        return row;
    }

    /// <summary>What is left to decide, by somebody else than who asked.</summary>
    public async Task<ApprovalRow> HoldToDecide(Guid id)
    {
        var row = await Hold(id);
        if (row.KindNow == ApprovalKind.SetRole && caller.Role != Role.Admin)
        {
            throw new Refused(ProblemKinds.Forbidden, "角色由管理员审批。", "Roles are decided by administrators.");
        }

        var state = row.StateAt(clock.GetUtcNow());
        if (state != ApprovalState.Waiting)
        {
            throw new Refused(
                ProblemKinds.ApprovalEnded,
                state == ApprovalState.Expired ? "申请已过期，请重新提出。" : "该申请已有决定。",
                state == ApprovalState.Expired ? "It has expired. Ask anew." : "It has been decided already."
            );
        }

        var account = Standing.AccountOf(caller.Subject);
        if (row.AskedBy == caller.Subject || (account is not null && row.Asked.AccountId == account))
        {
            throw new Refused(
                ProblemKinds.ApprovalOwn,
                "自己提出的、或关于自己的申请，须由另一人决定。",
                "What you asked yourself, or what is about you, is decided by another."
            );
        }

        preconditions.Demand(row.ApprovalId, row.Version);
        return row;
    }

    public Task<ApprovalRow> Decide(ApprovalRow row, ApprovalState decision, string? note)
    {
        events.Note(
            db,
            decision == ApprovalState.Approved ? SecurityEvent.ApprovalGiven : SecurityEvent.ApprovalRefused,
            row.ApprovalId.ToString(),
            caller.Subject
        );
        return Update(
            row,
            "state = @state, decided_by = @by, decided_at = @now, note = @note",
            "state = 'waiting'",
            new
            {
                state = Words.Of(decision),
                by = caller.Subject,
                note,
            }
        );
    }

    /// <summary>What was approved is fetched: once, by whoever asked, in time.</summary>
    public async Task<ApprovalRow> Use(ApprovalRow row)
    {
        RequireUsable(row);
        events.Note(db, SecurityEvent.PersonsExported, row.ApprovalId.ToString(), caller.Subject);
        return await Update(row, "used_at = @now", "used_at is null", new { });
    }

    public void RequireUsable(ApprovalRow row)
    {
        if (row.AskedBy != caller.Subject || row.KindNow != ApprovalKind.ExportUnmasked)
        {
            throw Refused.Unknown();
        }

        if (UsableUntil(row) is not { } until || row.UsedAt is not null || clock.GetUtcNow() >= until)
        {
            throw new Refused(
                ProblemKinds.ApprovalSpent,
                "导出须先经另一人批准，批准后一小时内由申请人取一次。",
                "An export is approved by another first, and fetched once by whoever asked, within an hour after that."
            );
        }
    }

    private async Task<ApprovalRow> Update(ApprovalRow row, string assignments, string only, object values)
    {
        var args = new Arguments(values);
        args.Add("_id", row.ApprovalId);
        args.Add("_version", row.Version);
        args.Add("now", clock.GetUtcNow());
        return await db.Find<ApprovalRow>(
                $"update approval set {assignments}, version = version + 1 where approval_id = @_id and version = @_version and {only} returning {ApprovalRow.Columns}",
                args
            ) ?? throw new InvalidOperationException("A held approval changed under its holder.");
    }

    private ApprovalRow Visible(ApprovalRow? row) =>
        row is not null && RegionScope.Covers(caller.RegionCode, row) ? row : throw Refused.Unknown();
}
