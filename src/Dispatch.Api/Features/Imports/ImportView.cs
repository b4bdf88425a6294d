using Dispatch.Api.Http;
using Dispatch.Api.Storage;

namespace Dispatch.Api.Features.Imports;

/// <param name="OfAll">Rows of the file.</param>
/// <param name="Done">Of them read so far: taken, there already or refused.</param>
internal sealed record ImportRowsView(int OfAll, int Done, int Taken, int ThereAlready, int Refused);

/// <param name="DryRun">It says what it would do, and nothing is taken.</param>
/// <param name="Problems">What is wrong with the rows that are refused; a row may have several.</param>
internal sealed record ImportView(
    Guid Id,
    ImportKind Kind,
    ImportFormat Format,
    ImportState State,
    string FileName,
    bool DryRun,
    ImportRowsView Rows,
    int Problems,
    string? RegionCode,
    string MadeBy,
    DateTimeOffset CreatedAt,
    DateTimeOffset? EndedAt,
    long Version
) : IResource
{
    string IResource.Place() => $"/v1/imports/{Id}";

    // It is read in the background, and watched there.
    string? IResource.AwaitedAt => ((IResource)this).Place();

    public static ImportView Of(ImportRow row) =>
        new(
            row.ImportId,
            row.KindNow,
            Words.To<ImportFormat>(row.Format),
            row.StateNow,
            row.FileName,
            row.DryRun,
            RowsOf(row),
            row.Problems,
            row.RegionCode,
            row.MadeBy,
            row.CreatedAt,
            row.EndedAt,
            row.Version
        );

    public static ImportRowsView RowsOf(ImportRow row) => new(row.OfAll, row.Done, row.Taken, row.ThereAlready, row.Refused);
}

/// <param name="Row">The first row below the headings is 1; of NDJSON the line.</param>
/// <param name="Column">As NDJSON calls it; null: the row as a whole.</param>
/// <param name="ColumnZh">As the template calls it.</param>
internal sealed record ImportProblemView(int Row, string? Column, string? ColumnZh, string Code, string ReasonZh, string ReasonEn);
