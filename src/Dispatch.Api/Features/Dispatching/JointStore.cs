using Dispatch.Api.Features.Requests;
using Dispatch.Api.Http;
using Dispatch.Api.Storage;
using Dispatch.Domain.Offers;
using Dispatch.Domain.Skills;

namespace Dispatch.Api.Features.Dispatching;

/// <summary>How a part of a joint plan stands.</summary>
internal enum PartState
{
    /// <summary>Nobody is asked for it and nobody has it.</summary>
    Missing,
    Asked,
    Accepted,
}

/// <summary>A place in a joint plan, and who has it or is asked for it.</summary>
internal sealed record PartRow
{
    public Guid PartId { get; init; }
    public Guid RequestId { get; init; }
    public int Position { get; init; }
    public string Role { get; init; } = "";
    public string Skills { get; init; } = "";
    public bool Mandatory { get; init; }
    public string? WaivedBecause { get; init; }
    public Guid? AssignedTeam { get; init; }
    public Guid? AskedTeam { get; init; }

    public AssignmentRole RoleNow => Words.To<AssignmentRole>(Role);

    public bool IsLead => RoleNow == AssignmentRole.Lead;

    public PartState State =>
        AssignedTeam is not null ? PartState.Accepted
        : AskedTeam is not null ? PartState.Asked
        : PartState.Missing;

    public Guid? TeamId => AssignedTeam ?? AskedTeam;

    /// <summary>What the part is for, the most important first.</summary>
    public IReadOnlyList<WantedSkill> Wanted => JointStore.Read(Skills);
}

/// <summary>The one writer of the parts of joint plans. Called with the request held.</summary>
internal sealed class JointStore(Session db, TimelineStore timeline, TimeProvider clock)
{
    private const string Select = """
        select part_id, request_id, position, role, skills, mandatory, waived_because,
               (select assignment.team_id from assignment join offer on offer.offer_id = assignment.offer_id
                where offer.part_id = joint_part.part_id and assignment.state = 'active') as assigned_team,
               (select team_id from offer where offer.part_id = joint_part.part_id and offer.state = 'pending') as asked_team
        from joint_part
        """;

    /// <summary>The parts that are wanted now, the lead's first.</summary>
    public Task<IReadOnlyList<PartRow>> Live(Guid requestId) =>
        db.List<PartRow>($"{Select} where request_id = @requestId and ended_at is null order by role, position", new { requestId });

    public async Task<PartRow> Find(Guid partId) => (await db.Find<PartRow>($"{Select} where part_id = @partId", new { partId }))!;

    public async Task<PartRow> Add(RequestRow request, AssignmentRole role, IReadOnlyList<WantedSkill> skills, bool mandatory)
    {
        var now = clock.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        await db.Execute(
            """
            insert into joint_part (part_id, request_id, position, role, skills, mandatory, made_at)
            select @id, @RequestId, coalesce(max(position), 0) + 1, @role, @skills, @mandatory, @now from joint_part where request_id = @RequestId
            """,
            new
            {
                id,
                request.RequestId,
                role = Words.Of(role),
                skills = Write(skills),
                mandatory,
                now,
            }
        );
        return await Find(id);
    }

    /// <summary>Nobody is wanted for it any more. Who has it keeps it.</summary>
    public Task End(PartRow part) =>
        db.Execute("update joint_part set ended_at = @now where part_id = @PartId", new { part.PartId, now = clock.GetUtcNow() });

    public Task EndAll(Guid requestId) =>
        db.Execute(
            "update joint_part set ended_at = @now where request_id = @requestId and ended_at is null",
            new { requestId, now = clock.GetUtcNow() }
        );

    /// <summary>The request goes on without it; whoever is asked for it may still come.</summary>
    public async Task Waive(RequestRow request, PartRow part, string reason, Text said)
    {
        await db.Execute(
            "update joint_part set mandatory = false, waived_because = @reason where part_id = @PartId",
            new { part.PartId, reason }
        );
        await timeline.Write(
            request.RequestId,
            new Entry(TimelineSubject.Request, request.RequestId, "waive_part", request.State, request.State, reason, said.Zh, said.En)
        );
        if (part.State == PartState.Missing)
        {
            await End(part);
        }
    }

    /// <summary>Takes over another set of skills: the team asked now brings these of a group where any will do.</summary>
    public Task SetSkills(PartRow part, IReadOnlyList<WantedSkill> skills) =>
        db.Execute("update joint_part set skills = @skills where part_id = @PartId", new { part.PartId, skills = Write(skills) });

    public static IReadOnlyList<WantedSkill> Read(string skills) =>
        [
            .. skills
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(skill => skill.Split(':'))
                .Select(parts => new WantedSkill(parts[0], parts[1][0] - '0')),
        ];

    private static string Write(IReadOnlyList<WantedSkill> skills) =>
        string.Join(' ', skills.Select(skill => $"{skill.Code}:{skill.MinLevel}"));
}
