using System.Globalization;
using System.Text.Json.Serialization;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Http.Contract;
using Dispatch.Domain.Teams;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Features.Teams;

/// <summary>A weekly window in Shanghai time, <c>HH:mm</c>.</summary>
internal sealed record WeeklyHoursBody(DayOfWeek Day, string Start, string End);

internal sealed record LeaveBody(DateOnly From, DateOnly To);

/// <summary>Says when a team can come. Nothing given means always.</summary>
internal sealed record SetAvailability(
    IReadOnlyList<WeeklyHoursBody>? Weekly = null,
    IReadOnlyList<DateOnly>? DaysOff = null,
    IReadOnlyList<LeaveBody>? Leaves = null
) : ICommand<TeamView>
{
    [JsonIgnore]
    public Guid TeamId { get; init; }
}

internal static class SetAvailabilityEndpoint
{
    public static void MapSetAvailability(this IEndpointRouteBuilder teams) =>
        teams.MapPut("/{teamId:guid}/availability", Put).WithName(nameof(SetAvailability)).WithSummary("Say when a team can come").Acts();

    private static Task<TeamView> Put(Guid teamId, SetAvailability command, IMediator mediator, CancellationToken ct) =>
        mediator.Send(command with { TeamId = teamId }, ct);
}

internal sealed class WeeklyHoursBodyValidator : AbstractValidator<WeeklyHoursBody>
{
    public WeeklyHoursBodyValidator()
    {
        RuleFor(h => h.Day).IsInEnum();
        RuleFor(h => h.Start).MaximumLength(5);
        RuleFor(h => h.Start).Must(IsTime).Says("time", "时间格式为 HH:mm。", "The time has the form HH:mm.");
        RuleFor(h => h.End).MaximumLength(5);
        RuleFor(h => h.End).Must(IsTime).Says("time", "时间格式为 HH:mm。", "The time has the form HH:mm.");
        RuleFor(h => h.End)
            .Must((hours, end) => string.CompareOrdinal(hours.Start, end) < 0)
            .When(h => IsTime(h.Start) && IsTime(h.End))
            .Says("window_reversed", "结束时间须晚于开始时间。", "The end must be later than the start.");
    }

    private static bool IsTime(string text) =>
        TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);
}

internal sealed class LeaveBodyValidator : AbstractValidator<LeaveBody>
{
    public LeaveBodyValidator()
    {
        RuleFor(l => l.From).InYears();
        RuleFor(l => l.To).InYears();
        RuleFor(l => l.To)
            .Must((leave, to) => to >= leave.From)
            .Says("window_reversed", "结束日期不能早于开始日期。", "The last day must not be before the first.");
    }
}

internal sealed class SetAvailabilityValidator : AbstractValidator<SetAvailability>
{
    public SetAvailabilityValidator(IValidator<WeeklyHoursBody> hours, IValidator<LeaveBody> leave)
    {
        RuleFor(c => c.Weekly).MaximumItems(50);
        RuleForEach(c => c.Weekly).SetValidator(hours);
        RuleFor(c => c.DaysOff).MaximumItems(366);
        RuleForEach(c => c.DaysOff).InYears();
        RuleFor(c => c.Leaves).MaximumItems(50);
        RuleForEach(c => c.Leaves).SetValidator(leave);
    }
}

internal sealed class SetAvailabilityHandler(TeamStore teams, TeamReader reader) : IRequestHandler<SetAvailability, TeamView>
{
    public async Task<TeamView> Handle(SetAvailability command, CancellationToken cancellationToken)
    {
        var team = await teams.Hold(command.TeamId);
        await teams.Touch(team);
        await teams.SetAvailability(
            team.TeamId,
            new Availability(
                [.. (command.Weekly ?? []).Select(h => new WeeklyHours(h.Day, Time(h.Start), Time(h.End)))],
                command.DaysOff ?? [],
                [.. (command.Leaves ?? []).Select(l => new Leave(l.From, l.To))]
            )
        );
        return await reader.View(await teams.Find(team.TeamId));
    }

    private static TimeOnly Time(string text) => TimeOnly.ParseExact(text, "HH:mm", CultureInfo.InvariantCulture);
}
