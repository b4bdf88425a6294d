using Dispatch.Api.Features.Reference;
using Dispatch.Api.Features.Requests;
using FluentValidation;

namespace Dispatch.Api.Features.Imports;

/// <summary>Rows that ask for help: each becomes a request like one that was sent, with its desk and its deadline.</summary>
internal sealed class RequestRows(Submission submission, IValidator<SubmitRequest> rules, Catalogue catalogue) : IRowTaker
{
    public ImportKind Kind => ImportKind.Requests;

    public async Task<bool> Take(FileRow row)
    {
        var cells = new Cells(Kind, row);
        var command = Calls.Of(cells, catalogue);
        cells.Judge(rules, command);
        cells.RefuseIfWrong();
        if (await submission.Known(command.ExternalRef!) is not null)
        {
            return false;
        }

        await submission.Take(command);
        return true;
    }
}
