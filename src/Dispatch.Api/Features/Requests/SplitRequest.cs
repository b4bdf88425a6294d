using System.Text.Json.Serialization;
using Dispatch.Api.Features.Dispatching;
using Dispatch.Api.Features.Reference;
using Dispatch.Api.Features.Skills;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Http.Contract;
using Dispatch.Api.Storage;
using Dispatch.Domain.Requests;
using Dispatch.Domain.Safety;
using Dispatch.Domain.Visits;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Requests;

/// <summary>Several jobs were told in one text: the request keeps the first, each further one becomes a request of its own.</summary>
internal sealed record SplitRequest(IReadOnlyList<SplitPart> Parts, string? Note = null) : ICommand<RequestView>
{
    [JsonIgnore]
    public Guid RequestId { get; init; }

    /// <summary>The texts of the parts, read before the command waits for its turn.</summary>
    [JsonIgnore]
    public IReadOnlyList<ReadText> Read { get; init; } = [];
}

/// <summary>One job. What is left out is read from its text; form and mode stay as they were.</summary>
internal sealed record SplitPart(
    string Text,
    IReadOnlyList<SkillBody>? Skills = null,
    Urgency? Urgency = null,
    VisitForm? Form = null,
    ServiceMode? Mode = null
);

/// <summary>A request that came from the same text. Its token is shown once, to whoever split it.</summary>
internal sealed record PartView(Guid Id, string Reference, HelpRequestState State, string? TrackToken = null);

internal static class SplitRequestEndpoint
{
    public static void MapSplitRequest(this IEndpointRouteBuilder requests) =>
        requests
            .MapPost("/{requestId:guid}/split", Post)
            .WithName(nameof(SplitRequest))
            .WithSummary("Split a request that tells several jobs")
            .ActsOnce();

    private static Task<RequestView> Post(
        Guid requestId,
        SplitRequest command,
        Catalogue catalogue,
        IMediator mediator,
        CancellationToken ct
    ) =>
        mediator.Send(
            command with
            {
                RequestId = requestId,
                Read = [.. command.Parts.Select(part => ReadText.Of(part.Text, catalogue))],
            },
            ct
        );
}

internal sealed class SplitRequestValidator : AbstractValidator<SplitRequest>
{
    public const int MostParts = 5;

    public SplitRequestValidator(IValidator<SplitPart> part)
    {
        RuleFor(c => c.Parts).MaximumItems(MostParts);
        RuleFor(c => c.Parts)
            .Must(parts => parts is null || parts.Count >= 2)
            .Says("parts_too_few", "拆分至少要有两项。", "A split has two parts at least.");
        RuleForEach(c => c.Parts).SetValidator(part);
        RuleFor(c => c.Note).MaximumLength(2000);
    }
}

internal sealed class SplitPartValidator : AbstractValidator<SplitPart>
{
    public SplitPartValidator(IValidator<SkillBody> skill)
    {
        RuleFor(p => p.Text).NotEmpty().MaximumLength(SubmitRequestValidator.LongestText);
        RuleFor(p => p.Skills).MaximumItems(SubmitRequestValidator.MostSkills);
        RuleForEach(p => p.Skills).SetValidator(skill);
    }
}

internal sealed class SplitRequestHandler(
    RequestStore requests,
    RequestContent content,
    RequestReader reader,
    Intake intake,
    Persons persons,
    LookAlikes lookAlikes,
    Rethought rethought,
    Desks desks,
    TimelineStore timeline,
    Preconditions preconditions
) : IRequestHandler<SplitRequest, RequestView>
{
    public async Task<RequestView> Handle(SplitRequest command, CancellationToken cancellationToken)
    {
        var request = await requests.Hold(command.RequestId);
        RequestStore.RefuseTaken(
            request,
            $"{Vocabulary.Of(request.StateNow).Zh}状态下不能再拆分；请另行登记一个求助。",
            $"A request in state {request.State} is not split any more. Submit the other job as a request of its own."
        );
        RequestStore.RefuseHeld(request);
        preconditions.Demand(request.RequestId, request.Version);
        var told = request;
        request = await KeepFirst(request, command.Parts[0], command.Read[0], command.Note);
        var others = new List<PartView>();
        foreach (var (part, read) in command.Parts.Zip(command.Read).Skip(1))
        {
            others.Add(await Open(told, part, read));
        }

        var tokens = others.ToDictionary(part => part.Id, part => part.TrackToken);
        var view = await reader.View(await rethought.AskAnew(request, "request_split"));
        return view with { Parts = [.. view.Parts.Select(part => part with { TrackToken = tokens.GetValueOrDefault(part.Id) })] };
    }

    // The history keeps the whole text as it was told.
    private async Task<RequestRow> KeepFirst(RequestRow request, SplitPart part, ReadText read, string? note)
    {
        var (before, skills) = (await content.Skills(request.RequestId), read.SkillsBeside(part.Skills));
        await content.KeepCorrection(request, before, skills);
        await content.ReplaceSkills(request.RequestId, skills);
        // The groups were asked for the whole: a part may say its own afterwards.
        await content.ReplaceRequirements(request.RequestId, null);
        await timeline.Write(
            request.RequestId,
            new Entry(TimelineSubject.Request, request.RequestId, "split", request.State, request.State, note, request.Text)
        );
        var kept = await requests.Update(
            request,
            "text = @Text, main_skill = @main, urgency = @urgency, form = @form, mode = @mode, joint = false",
            new
            {
                part.Text,
                main = skills.FirstOrDefault(skill => skill.Counts)?.Code,
                urgency = Words.Of(part.Urgency ?? request.UrgencyNow),
                form = part.Form is { } form ? Words.Of(form) : request.Form,
                mode = part.Mode is { } mode ? Words.Of(mode) : request.Mode,
            }
        );
        return await lookAlikes.Look(kept);
    }

    private async Task<PartView> Open(RequestRow told, SplitPart part, ReadText read)
    {
        // A danger that an officer has looked at already does not hold the parts again.
        var danger = told.SafetyKind is null ? read.Danger : null;
        var planned = told with
        {
            Text = part.Text,
            Urgency = Words.Of(part.Urgency ?? told.UrgencyNow),
            Form = part.Form is { } form ? Words.Of(form) : told.Form,
            Mode = part.Mode is { } mode ? Words.Of(mode) : told.Mode,
            ExternalSource = null,
            ExternalNumber = null,
            SafetyKind = danger is null ? told.SafetyKind : Words.Of(danger.Kind),
            SafetyHeld = danger is { Blocks: true },
            SafetyPeople = danger is null ? told.SafetyPeople : danger.Among == Among.People,
            SafetyHandler = null,
            DuplicateDenied = false,
            ReopenedFrom = null,
            SplitFrom = told.RequestId,
            Joint = false,
        };
        var (request, track) = await intake.Open(planned, persons.Of(told), read.SkillsBeside(part.Skills), "split");
        await content.CopyWishes(told.RequestId, request.RequestId);
        request = await desks.ToItsDesk(request);
        return new PartView(request.RequestId, request.Reference, request.StateNow, track);
    }
}
