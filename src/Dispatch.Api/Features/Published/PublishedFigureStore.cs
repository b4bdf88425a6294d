using System.Globalization;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;

namespace Dispatch.Api.Features.Published;

/// <summary>The one writer of published figures. One that is there is never overwritten.</summary>
internal sealed class PublishedFigureStore(Session db, Caller caller, TimeProvider clock)
{
    /// <summary>False: there is one of this code already.</summary>
    public async Task<bool> Enter(PublishedFigure figure) =>
        await db.Execute(
            """
            insert into published_figure (code, document, indicator, value, qualifier, unit, what, period, figure_kind, region_code, contained_in, entered_by, entered_at)
            values (@Code, @Document, @Indicator, @value, @qualifier, @Unit, @What, @Period, @Kind, @RegionCode, @ContainedIn, @by, @now)
            on conflict (code) do nothing
            """,
            new
            {
                figure.Code,
                figure.Document,
                figure.Indicator,
                value = figure.Value.ToString(CultureInfo.InvariantCulture),
                qualifier = Words.Of(figure.Qualifier),
                figure.Unit,
                figure.What,
                figure.Period,
                figure.Kind,
                figure.RegionCode,
                figure.ContainedIn,
                by = caller.Subject,
                now = clock.GetUtcNow(),
            }
        ) > 0;

    public Task<IReadOnlyList<PublishedFigureRow>> All() =>
        db.List<PublishedFigureRow>($"select {PublishedFigureRow.Columns} from published_figure order by code");
}
