namespace Dispatch.Api.Features.Exports;

/// <summary>The records that figures come from.</summary>
internal enum RecordKind
{
    /// <summary>Received or closed in the period.</summary>
    Requests,

    /// <summary>Completed in the period.</summary>
    Visits,

    /// <summary>With a result reported in the period; the last result counts, whenever it came.</summary>
    Problems,

    /// <summary>Of visits completed in the period.</summary>
    Trainings,

    /// <summary>Of visits completed in the period.</summary>
    Benefits,

    /// <summary>Of visits completed in the period.</summary>
    Achievements,
}
