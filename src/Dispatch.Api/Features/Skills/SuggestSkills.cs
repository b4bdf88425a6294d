using Dispatch.Api.Features.Reference;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Skills;

/// <summary>Reads a text as the intake would, and stores nothing.</summary>
internal sealed record SuggestSkills(string Text) : IRequest<SuggestionView>;

internal static class SuggestSkillsEndpoint
{
    public static void MapSuggestSkills(this IEndpointRouteBuilder suggestions) =>
        suggestions.MapPost("/", Post).WithName(nameof(SuggestSkills)).WithSummary("Read skills, urgency and danger from a text").Reads();

    private static Task<SuggestionView> Post(SuggestSkills query, IMediator mediator, CancellationToken ct) => mediator.Send(query, ct);
}

internal sealed class SuggestSkillsValidator : AbstractValidator<SuggestSkills>
{
    public SuggestSkillsValidator()
    {
        RuleFor(q => q.Text).NotEmpty().MaximumLength(SubmitRequestValidator.LongestText);
    }
}

internal sealed class SuggestSkillsHandler(Catalogue catalogue) : IRequestHandler<SuggestSkills, SuggestionView>
{
    public Task<SuggestionView> Handle(SuggestSkills query, CancellationToken cancellationToken) =>
        Task.FromResult(SuggestionView.Of(ReadText.Of(query.Text, catalogue), catalogue));
}
