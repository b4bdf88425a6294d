using System.Globalization;
using System.Text;
using CsvHelper;
using Dispatch.Api.Features.Exports;
using Dispatch.Api.Http;
using MediatR;

namespace Dispatch.Api.Features.Imports;

/// <summary>The same as a file, for whoever mends the rows in a spreadsheet.</summary>
internal sealed record TakeImportProblems(Guid ImportId) : IRequest<CsvFile>;

/// <summary>UTF-8 with a mark in front, so that spreadsheets read Chinese.</summary>
internal sealed record CsvFile(byte[] Bytes, string FileName) : IFile
{
    public string MediaType => "text/csv; charset=utf-8";

    public static CsvFile Of(string fileName, IEnumerable<IReadOnlyList<string?>> lines)
    {
        using var bytes = new MemoryStream();
        using (var text = new StreamWriter(bytes, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true)))
        using (var csv = CsvWriter.Create(text, new CsvWriterOptions { NewLine = "\r\n" }, leaveOpen: true))
        {
            foreach (var line in lines)
            {
                csv.WriteRecord([.. line.Select(SafeCell.Of)]);
            }
        }

        return new CsvFile(bytes.ToArray(), fileName);
    }
}

internal static class TakeImportProblemsEndpoint
{
    public static void MapTakeImportProblems(this IEndpointRouteBuilder imports) =>
        imports
            .MapGet("/{importId:guid}/problems/file", Get)
            .WithName(nameof(TakeImportProblems))
            .WithSummary("Fetch what is wrong with the rows of an import as CSV")
            .Produces<string>(StatusCodes.Status200OK, "text/csv")
            .ShowsMany();

    private static Task<CsvFile> Get(Guid importId, IMediator mediator, CancellationToken ct) =>
        mediator.Send(new TakeImportProblems(importId), ct);
}

internal sealed class TakeImportProblemsHandler(ImportStore imports) : IRequestHandler<TakeImportProblems, CsvFile>
{
    /// <summary>Whoever has more mends these first.</summary>
    private const int Most = 20_000;

    public async Task<CsvFile> Handle(TakeImportProblems query, CancellationToken cancellationToken)
    {
        var import = await imports.Find(query.ImportId);
        var rows = await imports.Problems(import.ImportId, 0, Most);
        return CsvFile.Of(
            $"import-problems-{import.ImportId:D}.csv",
            rows.Select(
                    IReadOnlyList<string?> (row) =>
                        [
                            import.FileName,
                            row.RowNumber.ToString(CultureInfo.InvariantCulture),
                            row.ColumnName is null ? "" : ImportColumns.Find(import.KindNow, row.ColumnName)?.Zh,
                            row.ColumnName,
                            row.Code,
                            row.Zh,
                            row.En,
                        ]
                )
                .Prepend(ImportColumns.OfProblems)
        );
    }
}
