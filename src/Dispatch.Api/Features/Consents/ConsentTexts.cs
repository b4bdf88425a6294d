using Dispatch.Api.Http;
using Dispatch.Api.Http.Contract;
using Dispatch.Api.Storage;
using MediatR;

namespace Dispatch.Api.Features.Consents;

/// <summary>What personal data is used for, where a requester is told or asked.</summary>
internal enum ConsentPurpose
{
    /// <summary>The help itself: without it there is none. It rests on what the requester asked for, and is not refused but withdrawn.</summary>
    Service,

    /// <summary>The telephone number goes to the team that comes.</summary>
    Contact,

    /// <summary>What worked is shown to others, without a word of who asked.</summary>
    Publication,
}

internal enum ConsentBasis
{
    Contract,
    Consent,
}

/// <summary>A wording; whoever says yes or no says it to the newest.</summary>
internal sealed record ConsentTextView(ConsentPurpose Purpose, int Version, ConsentBasis Basis, Text Text);

internal sealed record ConsentTextsView(IReadOnlyList<ConsentTextView> Items);

/// <summary>All wordings that ever stood, by purpose and version.</summary>
internal sealed record ListConsentTexts : IRequest<ConsentTextsView>;

internal static class ListConsentTextsEndpoint
{
    public static void MapListConsentTexts(this IEndpointRouteBuilder v1) =>
        v1.MapGet("/consent-texts", (IMediator mediator, CancellationToken ct) => mediator.Send(new ListConsentTexts(), ct))
            .WithTags("Personal data")
            .WithName(nameof(ListConsentTexts))
            .WithSummary("List what requesters are told and asked, word by word")
            .WithMetadata(new PublicCatalogue())
            .ShowsMany()
            .AnswerConditionally();
}

internal sealed class ListConsentTextsHandler(Session db) : IRequestHandler<ListConsentTexts, ConsentTextsView>
{
    public async Task<ConsentTextsView> Handle(ListConsentTexts request, CancellationToken cancellationToken)
    {
        var rows = await db.List<ConsentTextRow>("select purpose, version, rests_on, zh, en from consent_text order by purpose, version");
        return new ConsentTextsView([
            .. rows.Select(row => new ConsentTextView(
                Words.To<ConsentPurpose>(row.Purpose),
                row.Version,
                Words.To<ConsentBasis>(row.RestsOn),
                new Text(row.Zh, row.En)
            )),
        ]);
    }

    private sealed record ConsentTextRow
    {
        public string Purpose { get; init; } = "";
        public int Version { get; init; }
        public string RestsOn { get; init; } = "";
        public string Zh { get; init; } = "";
        public string En { get; init; } = "";
    }
}
