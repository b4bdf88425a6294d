using System.Globalization;
using System.Text;
using CsvHelper;
using Dispatch.Api.Features.Exports;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Auditing;
using Dispatch.Domain.Calendar;
using MediatR;

namespace Dispatch.Api.Features.Approvals;

/// <summary>Whoever asked fetches the approved file: once, within an hour.</summary>
/// <param name="Bytes">Read before the turn to write: what is refused then is read for nothing, and nobody waits for it.</param>
internal sealed record TakeExport(Guid ApprovalId, [property: System.Text.Json.Serialization.JsonIgnore] byte[] Bytes)
    : ICommand<ExportedFile>;

/// <summary>UTF-8 with a mark in front, so that spreadsheets read Chinese; a cell that would be taken for a formula begins with an apostrophe.</summary>
internal sealed record ExportedFile(byte[] Bytes, string FileName) : IFile
{
    public string MediaType => "text/csv; charset=utf-8";
}

internal static class TakeExportEndpoint
{
    public static void MapTakeExport(this IEndpointRouteBuilder exports) =>
        exports
            .MapPost("/{approvalId:guid}/take", Post)
            .WithName(nameof(TakeExport))
            .WithSummary("Fetch an approved export, once")
            .Produces<string>(StatusCodes.Status200OK, "text/csv")
            .AnswersSecret();

    private static async Task<ExportedFile> Post(Guid approvalId, ExportReader reader, IMediator mediator, CancellationToken ct) =>
        await mediator.Send(new TakeExport(approvalId, await reader.Read(approvalId)), ct);
}

internal sealed class TakeExportHandler(ApprovalStore approvals) : IRequestHandler<TakeExport, ExportedFile>
{
    public async Task<ExportedFile> Handle(TakeExport command, CancellationToken cancellationToken)
    {
        var used = await approvals.Use(await approvals.Hold(command.ApprovalId));
        var asked = used.Asked;
        return new ExportedFile(command.Bytes, $"requests-{asked.RegionCode ?? "all"}-{asked.From:yyyyMMdd}-{asked.To:yyyyMMdd}.csv");
    }
}

/// <summary>Reads what an approval allows. What is held for safety is its handler's alone, and stays out.</summary>
internal sealed class ExportReader(Session db, ApprovalStore approvals, Persons persons, AuditTrail trail)
{
    /// <summary>More is asked for in several files.</summary>
    public const int MostRows = 20_000;

    private static readonly string[] Heads =
    [
        "reference",
        "created_at",
        "state",
        "region_code",
        "main_skill",
        "urgency",
        "requester_kind",
        "name",
        "phone",
        "credit_code",
        "contact",
        "address",
    ];

    public async Task<byte[]> Read(Guid approvalId)
    {
        var row = await approvals.Find(approvalId);
        approvals.RequireUsable(row);
        var asked = row.Asked;
        var args = new Arguments(
            new
            {
                from = ShanghaiTime.At(asked.From!.Value, TimeOnly.MinValue),
                to = ShanghaiTime.At(asked.To!.Value.AddDays(1), TimeOnly.MinValue),
                limit = MostRows + 1,
            }
        );
        var within = "";
        if (asked.RegionCode is { } region)
        {
            within = " and " + RegionScope.Sql("help_request", "@region");
            args.Add("region", region);
        }

        var requests = await db.List<RequestRow>(
            $"""
            select {RequestStore.Columns} from help_request
            where created_at >= @from and created_at < @to and erased_at is null and not safety_held{within}
            order by created_at, request_id limit @limit
            """,
            args
        );
        await db.CloseReading();
        if (requests.Count > MostRows)
        {
            throw Refused.Field(
                "#/to",
                "too_many_rows",
                $"一次最多导出 {MostRows} 件，请缩短日期范围后重新申请。",
                $"One file holds {MostRows} requests at most. Ask again for fewer days."
            );
        }

        return Write(requests);
    }

    private byte[] Write(IReadOnlyList<RequestRow> requests)
    {
        using var bytes = new MemoryStream();
        using (var text = new StreamWriter(bytes, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true)))
        using (var csv = CsvWriter.Create(text, new CsvWriterOptions { NewLine = "\r\n" }, leaveOpen: true))
        {
            Line(csv, Heads);
            foreach (var request in requests)
            {
                var person = persons.Of(request);
                trail.Saw(request.RequestId, request.RegionCode, person.Whole);
                Line(
                    csv,
                    request.Reference,
                    request.CreatedAt.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
                    request.State,
                    request.RegionCode,
                    request.MainSkill,
                    request.Urgency,
                    request.RequesterKind,
                    person.Name,
                    person.Phone,
                    person.CreditCode,
                    person.Contact,
                    person.Address
                );
            }
        }

        return bytes.ToArray();
    }

    private static void Line(CsvWriter csv, params string?[] cells) => csv.WriteRecord([.. cells.Select(SafeCell.Of)]);
}
