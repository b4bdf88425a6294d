using Dispatch.Api.Http;
using FluentValidation;

namespace Dispatch.Api.Features.Imports;

/// <summary>Takes the rows of one kind of file.</summary>
internal interface IRowTaker
{
    ImportKind Kind { get; }

    /// <summary>False: it is there already, under the same number, and stays as it is.</summary>
    Task<bool> Take(FileRow row);
}

/// <summary>Takes one row, or says what is wrong with it in the words of its columns.</summary>
internal sealed class RowTaking(IEnumerable<IRowTaker> takers)
{
    public async Task<bool> Take(ImportKind kind, FileRow row)
    {
        try
        {
            return await takers.Single(taker => taker.Kind == kind).Take(row);
        }
        catch (Refused refused)
        {
            throw Said(kind, row, refused);
        }
        catch (ValidationException invalid)
        {
            throw Said(kind, row, FieldRules.AsRefused(invalid));
        }
    }

    private static RowRefused Said(ImportKind kind, FileRow row, Refused refused)
    {
        var cells = new Cells(kind, row);
        cells.Note(refused);
        return cells.AsRefused();
    }
}
