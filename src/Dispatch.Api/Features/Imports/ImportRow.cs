using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;

namespace Dispatch.Api.Features.Imports;

/// <summary>What the rows of a file are.</summary>
internal enum ImportKind
{
    Requests,
    Teams,
    Members,

    /// <summary>Services done before the site was there.</summary>
    PastServices,

    /// <summary>Figures that were published elsewhere.</summary>
    PublishedFigures,
}

internal enum ImportFormat
{
    Csv,
    Xlsx,
    Ndjson,
}

internal enum ImportState
{
    /// <summary>Rows are left to read.</summary>
    Waiting,
    Done,

    /// <summary>It stopped at a row time and again, for a reason that is not the file's; what was taken until then stays.</summary>
    Failed,
}

/// <summary>An import as it is stored.</summary>
internal sealed record ImportRow : IRegional
{
    public const string Columns =
        "import_id, kind, format, state, version, file_name, dry_run, of_all, done, taken, there_already, refused, problems, region_code, county_code, city_code, province_code, made_by, actor_role, actor_region, created_at, ended_at, attempts";

    public Guid ImportId { get; init; }
    public string Kind { get; init; } = "";
    public string Format { get; init; } = "";
    public string State { get; init; } = "";
    public long Version { get; init; }
    public string FileName { get; init; } = "";
    public bool DryRun { get; init; }

    /// <summary>Rows of the file.</summary>
    public int OfAll { get; init; }

    /// <summary>Rows that were read.</summary>
    public int Done { get; init; }
    public int Taken { get; init; }
    public int ThereAlready { get; init; }
    public int Refused { get; init; }

    /// <summary>A row may have several.</summary>
    public int Problems { get; init; }

    /// <summary>Of whoever handed it over; none: the whole country.</summary>
    public string? RegionCode { get; init; }
    public string? CountyCode { get; init; }
    public string? CityCode { get; init; }
    public string? ProvinceCode { get; init; }
    public string MadeBy { get; init; } = "";
    public string ActorRole { get; init; } = "";
    public string? ActorRegion { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>How often it was begun without getting on.</summary>
    public int Attempts { get; init; }

    public ImportKind KindNow => Words.To<ImportKind>(Kind);

    public ImportState StateNow => Words.To<ImportState>(State);

    /// <summary>In whose name the rows are taken.</summary>
    public Caller Actor => new(MadeBy, Words.To<Role>(ActorRole), ActorRegion);

    string IRegional.RegionCode => RegionCode ?? "";
}
