using Dispatch.Api.Http;

namespace Dispatch.Api.Features.Imports;

/// <summary>One row of a file, by the keys of its columns. An empty cell is not there.</summary>
/// <param name="Number">As a reader of the file counts: the first row below the headings is 1.</param>
internal sealed record FileRow(int Number, IReadOnlyDictionary<string, string> Cells);

/// <summary>Rows that are kept sealed until they are read, together.</summary>
/// <param name="First">The place of the first among all rows of the file, from 1.</param>
internal sealed record FilePiece(int First, IReadOnlyList<FileRow> Rows);

/// <summary>What is wrong with a row. It quotes nothing of it.</summary>
/// <param name="Column">Null: the row as a whole.</param>
internal sealed record RowProblem(string? Column, string Code, Text Reason);

/// <summary>A row that is not taken.</summary>
internal sealed class RowRefused(IReadOnlyList<RowProblem> problems) : Exception("A row of a file is refused.")
{
    public IReadOnlyList<RowProblem> Problems => problems;
}
