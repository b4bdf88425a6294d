using System.Globalization;
using Dispatch.Api.Features.Published;
using Dispatch.Api.Features.Reference;
using Dispatch.Api.Http.Access;

namespace Dispatch.Api.Features.Imports;

/// <summary>Rows of figures that were published elsewhere.</summary>
internal sealed class PublishedFigureRows(PublishedFigureStore figures, Catalogue catalogue, Caller caller) : IRowTaker
{
    private const int LongestCode = 40;
    private const int LongestText = 500;

    public ImportKind Kind => ImportKind.PublishedFigures;

    public async Task<bool> Take(FileRow row)
    {
        var cells = new Cells(Kind, row);
        var figure = new PublishedFigure(
            cells.Required("code"),
            cells.Required("document"),
            cells.Required("indicator"),
            Value(cells),
            cells.RequiredWord<FigureQualifier>("qualifier"),
            cells.Required("unit"),
            cells.Required("what"),
            cells.Required("period"),
            cells.Required("kind"),
            Region(cells),
            cells.Text("containedIn")
        );
        RefuseLong(cells);
        cells.RefuseIfWrong();
        return await figures.Enter(figure);
    }

    private static decimal Value(Cells cells)
    {
        var value = cells.Exact("value");
        if (value is null && !cells.Has("value"))
        {
            cells.Required("value");
        }

        return value ?? 0;
    }

    private string? Region(Cells cells)
    {
        if (cells.Text("regionCode") is not { } code)
        {
            if (caller.RegionCode is not null)
            {
                RefuseForeign(cells);
            }

            return null;
        }

        if (catalogue.Regions.Find(code) is { } region)
        {
            if (caller.RegionCode is { } own && !catalogue.Regions.IsWithin(region.Code, own))
            {
                RefuseForeign(cells);
            }

            return region.Code;
        }

        cells.Wrong(
            "regionCode",
            "region_unknown",
            "没有这个行政区划代码，见 GET /v1/regions。",
            "There is no such region. See GET /v1/regions."
        );
        return null;
    }

    // A figure of the whole country, too, is nobody's who has but a part of it.
    private static void RefuseForeign(Cells cells) =>
        cells.Wrong("regionCode", "region_not_yours", "须填你管辖范围内的行政区划代码。", "It must be a region within your own.");

    private static void RefuseLong(Cells cells)
    {
        foreach (
            var (key, most) in new[]
            {
                ("code", LongestCode),
                ("indicator", LongestCode),
                ("unit", LongestCode),
                ("kind", LongestCode),
                ("document", LongestText),
                ("what", LongestText),
                ("period", LongestText),
                ("containedIn", LongestCode),
            }
        )
        {
            if (cells.Text(key)?.Length > most)
            {
                var limit = most.ToString(CultureInfo.InvariantCulture);
                cells.Wrong(key, "maximum_length", $"最多 {limit} 个字符。", $"At most {limit} characters.");
            }
        }
    }
}
