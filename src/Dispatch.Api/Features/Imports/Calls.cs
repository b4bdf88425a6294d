using Dispatch.Api.Features.Reference;
using Dispatch.Api.Features.Requests;
using Dispatch.Domain.Geography;
using Dispatch.Domain.Requests;
using Dispatch.Domain.Skills;
using Dispatch.Domain.Visits;

namespace Dispatch.Api.Features.Imports;

/// <summary>A call for help as it stands in a row.</summary>
internal static class Calls
{
    public static SubmitRequest Of(Cells cells, Catalogue catalogue) =>
        new(
            new RequesterBody(
                cells.RequiredWord<RequesterKind>("requesterKind"),
                cells.Required("name"),
                cells.Text("phone"),
                cells.Text("creditCode"),
                cells.Text("contact")
            ),
            cells.Required("text"),
            new LocationBody(
                cells.Text("regionCode"),
                cells.Text("address"),
                cells.Number("lat"),
                cells.Number("lng"),
                cells.Word<Crs>("crs")
            ),
            Skills(cells, catalogue),
            Urgency: cells.Word<Urgency>("urgency"),
            Form: cells.Word<VisitForm>("form"),
            Channel: cells.Word<Channel>("channel"),
            ExternalRef: new ExternalRefBody(cells.Required("source"), cells.Required("number"))
        );

    /// <summary>By code or by name, each with a level behind a colon where one is wanted.</summary>
    public static IReadOnlyList<SkillBody> Skills(Cells cells, Catalogue catalogue) =>
        [
            .. cells
                .List("skills")
                .Select(cell => cell.Split(':', '：'))
                .Select(parts => new SkillBody(
                    CodeOf(parts[0].Trim(), catalogue),
                    parts.Length > 1 && int.TryParse(parts[1], out var level) ? level : null
                )),
        ];

    public static string CodeOf(string name, Catalogue catalogue) =>
        catalogue.Skills.ContainsKey(name) ? name : catalogue.Skills.Values.FirstOrDefault((Skill skill) => skill.Zh == name)?.Code ?? name;
}
