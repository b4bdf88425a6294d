using Dispatch.Api.Features.Reference;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Storage;
using Dispatch.Domain.Geography;

namespace Dispatch.Api.Features.SolvedCases;

/// <summary>Finds what worked in cases like one that is just being told, before it is written down.</summary>
internal sealed class CasesAtIntake(Database database, Catalogue catalogue, SolvedCaseReader reader)
{
    public async Task<IReadOnlyList<SolvedCaseView>> Like(SubmitRequest told, ReadText read)
    {
        // Where there is danger nobody reads on what worked elsewhere; what the validators will refuse is not looked for.
        var skill =
            (told.Skills is [{ Code: { } given }, ..] ? given : null) ?? read.SkillsBeside(null).FirstOrDefault(one => one.Counts)?.Code;
        if (read.Danger is not null || skill is null || !catalogue.Skills.ContainsKey(skill))
        {
            return [];
        }

        await using var db = new Session(database);
        return await reader.Like(db, told.Text, skill, PlaceOf(told.Location), Guid.Empty);
    }

    // The place is only resolved in the turn; a code given is enough to tell near from far.
    private CasePlace PlaceOf(LocationBody location) =>
        location.RegionCode is { } code && catalogue.Regions.Find(code) is { } region && catalogue.LineageOf(region) is var lineage
            ? new CasePlace(lineage.County, lineage.City, lineage.Province)
            : new CasePlace(null, null, null);
}
