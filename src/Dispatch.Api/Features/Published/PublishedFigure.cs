using System.Globalization;
using Dispatch.Api.Storage;

namespace Dispatch.Api.Features.Published;

/// <summary>How exact a published figure says it is.</summary>
internal enum FigureQualifier
{
    Exact,
    About,

    /// <summary>超、多: more than this.</summary>
    Over,

    /// <summary>近: somewhat less than this.</summary>
    Under,
    AtLeast,
}

/// <summary>A figure that somebody published, as it was published. It is never one of ours.</summary>
/// <param name="Unit">Units never add up together.</param>
/// <param name="ContainedIn">The figure that has this one in it already.</param>
internal sealed record PublishedFigure(
    string Code,
    string Document,
    string Indicator,
    decimal Value,
    FigureQualifier Qualifier,
    string Unit,
    string What,
    string Period,
    string Kind,
    string? RegionCode,
    string? ContainedIn
);

internal sealed record PublishedFigureRow
{
    public const string Columns =
        "code, document, indicator, value, qualifier, unit, what, period, figure_kind, region_code, contained_in, entered_at";

    public string Code { get; init; } = "";
    public string Document { get; init; } = "";
    public string Indicator { get; init; } = "";

    /// <summary>As text: neither engine would keep both 0.9 and 4,960,000,000 exactly in one column of numbers.</summary>
    public string Value { get; init; } = "";
    public string Qualifier { get; init; } = "";
    public string Unit { get; init; } = "";
    public string What { get; init; } = "";
    public string Period { get; init; } = "";
    public string FigureKind { get; init; } = "";
    public string? RegionCode { get; init; }
    public string? ContainedIn { get; init; }
    public DateTimeOffset EnteredAt { get; init; }

    public decimal Number => decimal.Parse(Value, CultureInfo.InvariantCulture);

    public FigureQualifier QualifierNow => Words.To<FigureQualifier>(Qualifier);
}
