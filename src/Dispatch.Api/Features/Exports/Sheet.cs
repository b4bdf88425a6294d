using Dispatch.Api.Http;

namespace Dispatch.Api.Features.Exports;

/// <summary>What the cells of a column hold. Each format writes it in its own way; a cell may always be null.</summary>
internal enum CellKind
{
    /// <summary>A string.</summary>
    Text,

    /// <summary>A <see cref="long"/>.</summary>
    Whole,

    /// <summary>A <see cref="decimal"/>.</summary>
    Number,

    /// <summary>A <see cref="long"/> of fen; written in yuan, with two places.</summary>
    Money,

    /// <summary>A <see cref="DateOnly"/>.</summary>
    Date,

    /// <summary>A <see cref="DateTimeOffset"/>; spreadsheets show it as the clocks of Shanghai did.</summary>
    Instant,

    /// <summary>A path below the service root.</summary>
    Link,
}

/// <param name="Name">Of CSV and JSON: it stays, whatever the language.</param>
/// <param name="Heading">Of a spreadsheet.</param>
/// <param name="Width">Of a spreadsheet, in characters.</param>
internal sealed record Column(string Name, Text Heading, CellKind Kind, int Width = 14);

/// <summary>A table on its way out. Its rows are read while they are written, so that none is held longer than it takes to write it.</summary>
/// <param name="FileName">Without its ending: letters, digits and dashes.</param>
internal sealed record Sheet(Text Name, string FileName, IReadOnlyList<Column> Columns, IAsyncEnumerable<object?[]> Rows);
