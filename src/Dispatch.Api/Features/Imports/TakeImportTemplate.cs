using Dispatch.Api.Http;
using Dispatch.Api.Storage;

namespace Dispatch.Api.Features.Imports;

internal static class TakeImportTemplateEndpoint
{
    public static void MapTakeImportTemplate(this IEndpointRouteBuilder imports) =>
        imports
            .MapGet("/templates/{importKind}", Get)
            .WithName("TakeImportTemplate")
            .WithSummary("Fetch the headings a file of this kind may have, in Chinese; a star marks those that must not be empty")
            .Produces<string>(StatusCodes.Status200OK, "text/csv")
            .ShowsMany();

    private static CsvFile Get(string importKind) =>
        Words.TryTo<ImportKind>(importKind.Replace('-', '_'), out var known)
            ? CsvFile.Of(
                $"{Words.Of(known)}.csv",
                [
                    [.. ImportColumns.Of(known).Select(column => column.Required ? column.Zh + ImportColumns.RequiredMark : column.Zh)],
                ]
            )
            : throw Refused.Unknown();
}
