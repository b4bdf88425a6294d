using System.Security.Cryptography;
using System.Text.Json.Serialization;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Http.Contract;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Sealing;
using MediatR;
using Microsoft.AspNetCore.Http.Metadata;

namespace Dispatch.Api.Features.Imports;

/// <summary>A file of requests, teams, members, past services or published figures is handed over. It is read in the background, row by row.</summary>
/// <param name="Rows">Read before the turn to write: a file that cannot be read is refused at once.</param>
internal sealed record StartImport(
    ImportKind Kind,
    bool DryRun,
    string FileName,
    ImportFormat Format,
    [property: JsonIgnore] IReadOnlyList<FileRow> Rows
) : ICommand<ImportView>;

internal static class StartImportEndpoint
{
    private const int FilesAtOnce = 4;
    private const int LongestName = 100;
    private const int Piece = 64 * 1024;
    private const string Example = "source,number,team,name,leader\r\nold-register,DY-001,E-331083-1,Member A,no\r\n";

    // What a file is unpacked to is many times its size.
    private static readonly SemaphoreSlim Reading = new(FilesAtOnce, FilesAtOnce);

    private static readonly string[] MediaTypes =
    [
        "text/csv",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/x-ndjson",
        "application/octet-stream",
    ];

    public static void MapStartImport(this IEndpointRouteBuilder imports) =>
        imports
            .MapPost("/", Post)
            .WithName(nameof(StartImport))
            .WithSummary("Hand over a file of requests, teams, members, past services or published figures; the file is the body")
            .Awaits<ImportView>()
            .WithMetadata(new FileSize(), new TakesFile(MediaTypes, ImportFile.Largest, Example))
            .Goes(Precedence.Last);

    private static async Task<ImportView> Post(
        HttpContext http,
        KeptAnswer kept,
        BlindIndex index,
        IMediator mediator,
        CancellationToken ct,
        string? kind = null,
        bool? dryRun = null,
        string? fileName = null
    )
    {
        var known = string.Join(", ", Words.All<ImportKind>());
        if (kind is null || !Words.TryTo<ImportKind>(kind.Replace('-', '_'), out var wanted))
        {
            throw QueryNames.Wrong("kind", "unknown", $"kind 须为：{known}。", $"kind must be one of: {known}.");
        }

        if (fileName?.Length > LongestName)
        {
            throw QueryNames.Wrong("fileName", "too_long", $"最多 {LongestName} 个字符。", $"At most {LongestName} characters.");
        }

        if (!await Reading.WaitAsync(TimeSpan.Zero, ct))
        {
            throw new Overloaded();
        }

        try
        {
            var bytes = await Body(http.Request, ct);
            kept.ClaimFor(AnswerFilter.OfDigest(index, $"{wanted} {dryRun} {fileName} {Convert.ToHexStringLower(SHA256.HashData(bytes))}"));
            var (format, rows) = ImportFile.Read(wanted, bytes);
            return await mediator.Send(new StartImport(wanted, dryRun ?? false, fileName ?? "", format, rows), ct);
        }
        finally
        {
            Reading.Release();
        }
    }

    private static async Task<byte[]> Body(HttpRequest request, CancellationToken ct)
    {
        if (request.ContentLength > ImportFile.Largest)
        {
            throw TooLarge();
        }

        using var whole = new MemoryStream();
        var piece = new byte[Piece];
        for (int read; (read = await request.Body.ReadAsync(piece, ct)) > 0; )
        {
            if (whole.Length + read > ImportFile.Largest)
            {
                throw TooLarge();
            }

            whole.Write(piece, 0, read);
        }

        return whole.ToArray();
    }

    private static Refused TooLarge() =>
        new(
            ProblemKinds.BodyTooLarge,
            $"文件最大 {ImportFile.Largest / 1024 / 1024} MB，请拆分后导入。",
            $"A file may have at most {ImportFile.Largest / 1024 / 1024} MB. Split it."
        );

    /// <summary>A little more than a file may have, so that one that is too large is refused in words.</summary>
    private sealed class FileSize : IRequestSizeLimitMetadata
    {
        public long? MaxRequestBodySize => ImportFile.Largest + Piece;
    }
}

internal sealed class StartImportHandler(Session db, ImportStore imports, ImportSignal signal) : IRequestHandler<StartImport, ImportView>
{
    /// <summary>Imports waiting or at work; whoever comes then is asked to come again.</summary>
    private const int MostAtWork = 20;

    public async Task<ImportView> Handle(StartImport command, CancellationToken cancellationToken)
    {
        if (await imports.AtWork() >= MostAtWork)
        {
            throw new Overloaded();
        }

        var entered = await imports.Enter(command.Kind, command.Format, command.FileName, command.DryRun, command.Rows);
        db.AfterCommit(signal.Wake);
        return ImportView.Of(entered);
    }
}
