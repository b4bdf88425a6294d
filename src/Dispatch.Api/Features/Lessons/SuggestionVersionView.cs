using Dispatch.Api.Http;
using Dispatch.Domain.Suggestions;

namespace Dispatch.Api.Features.Lessons;

/// <summary>How many texts of the control set are read right: the main skill first, or among the first three.</summary>
/// <param name="Given">How many reference cases there are; none of them may be lost.</param>
/// <param name="Unseen">How many requests there are that nothing was learned from.</param>
internal sealed record ControlView(int Given, int GivenFirst, int GivenThree, int Unseen, int UnseenFirst, int UnseenThree)
{
    public static ControlView Of(ControlFigures figures) =>
        new(Control.Sizes.Given, figures.GivenFirst, figures.GivenThree, Control.Sizes.Unseen, figures.UnseenFirst, figures.UnseenThree);
}

/// <summary>One way of reading texts: what the service was delivered with (0), or what confirmed corrections taught it.</summary>
/// <param name="Lessons">How many confirmed corrections it was taught.</param>
/// <param name="Firmness">How often each was gone through; the firmest that lost no text of the control.</param>
/// <param name="Note">What was said when it was made or last taken up.</param>
/// <param name="ComparedWith">The version then in use, which its figures must not be below.</param>
internal sealed record SuggestionVersionView(
    int Number,
    VersionState State,
    int Lessons,
    int Firmness,
    ControlView Control,
    int? ComparedWith,
    DateTimeOffset? MadeAt,
    string MadeBy,
    DateTimeOffset? ActivatedAt,
    string? ActivatedBy,
    string? Note,
    long Version
) : IResource
{
    public string Place() => $"/v1/suggestion-versions/{Number}";

    public static SuggestionVersionView Of(VersionRow row, ReadingInUse reading) =>
        new(
            row.Number,
            row.StateNow,
            row.Lessons,
            row.Firmness,
            ControlView.Of(row.Figures ?? reading.FiguresDelivered()),
            row.ComparedWith,
            row.MadeAt,
            row.MadeBy,
            row.ActivatedAt,
            row.ActivatedBy,
            row.Note,
            row.Version
        );
}
