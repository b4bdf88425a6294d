using System.Text.Json;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;

namespace Dispatch.Api.Features.Exports;

internal enum ExportState
{
    /// <summary>It waits, or a node writes it.</summary>
    Making,

    /// <summary>Its file can be fetched until its term is over.</summary>
    Ready,
    Failed,
}

internal enum ExportFailure
{
    Fault,

    /// <summary>Its file would be larger than one may be: ask for fewer days, or a smaller region.</summary>
    TooLarge,
}

/// <summary>How large an export may be.</summary>
/// <param name="MostRowsAtOnce">More are not waited for: the answer says where the file will be.</param>
/// <param name="MostBytes">Of one file.</param>
/// <param name="MostOfOne">In the making at once for one person.</param>
/// <param name="MostOfAll">In the making at once.</param>
internal sealed record ExportLimits(int MostRowsAtOnce = 5000, long MostBytes = 1L << 30, int MostOfOne = 4, int MostOfAll = 20);

/// <summary>An export as it is stored.</summary>
internal sealed record ExportRow : IRegional
{
    public const string Columns = """
        export_id, state, version, content, format, language, file_name, region_code, county_code, city_code, province_code, done, of_all, bytes, failure, attempt,
        asked_by, asked_at, ended_at, expires_at
        """;

    public Guid ExportId { get; init; }
    public string State { get; init; } = "";
    public long Version { get; init; }

    /// <summary>What was asked for, as JSON.</summary>
    public string Content { get; init; } = "";
    public string Format { get; init; } = "";
    public string Language { get; init; } = "";
    public string FileName { get; init; } = "";
    public string? RegionCode { get; init; }
    public string? CountyCode { get; init; }
    public string? CityCode { get; init; }
    public string? ProvinceCode { get; init; }
    public long Done { get; init; }
    public long? OfAll { get; init; }
    public long? Bytes { get; init; }
    public string? Failure { get; init; }

    /// <summary>Counts up with every worker that begins it; the pieces of the last one are its file.</summary>
    public int Attempt { get; init; }
    public string AskedBy { get; init; } = "";
    public DateTimeOffset AskedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }

    public ExportState StateNow => Words.To<ExportState>(State);

    public SheetFormat FormatNow => Words.To<SheetFormat>(Format);

    public RecordsAsked Asked => JsonSerializer.Deserialize<RecordsAsked>(Content, JsonShape.Options)!;

    string IRegional.RegionCode => RegionCode ?? "";
}

/// <summary>A table on its way out that is not waited for.</summary>
/// <param name="File">Where its file is, while it can be fetched; by whoever asked alone.</param>
/// <param name="ExpiresAt">Then it is gone.</param>
internal sealed record ExportView(
    Guid Id,
    ExportState State,
    RecordKind Kind,
    SheetFormat Format,
    DateOnly From,
    DateOnly To,
    string? Region,
    ExportProgressView Progress,
    ExportFailure? Failure,
    string? File,
    long? Bytes,
    DateTimeOffset AskedAt,
    DateTimeOffset? EndedAt,
    DateTimeOffset? ExpiresAt,
    long Version
) : IResource
{
    public string Place() => $"/v1/exports/{Id}";

    string? IResource.AwaitedAt => State == ExportState.Making ? Place() : null;

    public static ExportView Of(ExportRow row)
    {
        var asked = row.Asked;
        return new ExportView(
            row.ExportId,
            row.StateNow,
            asked.Kind,
            row.FormatNow,
            asked.From,
            asked.To,
            asked.Region,
            new ExportProgressView(row.Done, row.OfAll),
            row.Failure is null ? null : Words.To<ExportFailure>(row.Failure),
            row.StateNow == ExportState.Ready ? $"/v1/exports/{row.ExportId}/file" : null,
            row.Bytes,
            row.AskedAt,
            row.EndedAt,
            row.ExpiresAt,
            row.Version
        );
    }
}

/// <param name="Done">Rows written.</param>
/// <param name="OfAll">Null: nobody has begun yet.</param>
internal sealed record ExportProgressView(long Done, long? OfAll);
