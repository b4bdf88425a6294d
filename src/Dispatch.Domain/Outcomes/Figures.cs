namespace Dispatch.Domain.Outcomes;

/// <summary>One figure of a report: what it counts, how much, and in which unit. Different units never add up together.</summary>
public sealed record Figure(string Indicator, decimal Value, string Unit);

/// <summary>What one completed visit brought, ready to be added up. Amounts in fen.</summary>
/// <param name="Counts">Whether it is a service of its own. What several teams did together in one place on one day is one service.</param>
/// <param name="IsShared">Whether a supporting team had its part in it.</param>
public sealed record ServiceFacts(
    int PersonTimes,
    bool Counts,
    bool IsShared,
    int ProblemsFound,
    int ProblemsSolved,
    int Sessions,
    int Attendances,
    double TrainingHours,
    long EstimatedBenefitFen,
    long ConfirmedBenefitFen
);

/// <summary>What became of one request, as far as it happened in the period.</summary>
public sealed record RequestFacts(bool Received, bool Closed, bool ConfirmedSolved);

/// <summary>Adds facts up into the figures a union reports.</summary>
public static class Figures
{
    private const int FenPerYuan = 100;

    public static IReadOnlyList<Figure> Of(IReadOnlyCollection<ServiceFacts> services, IReadOnlyCollection<RequestFacts> requests)
    {
        var confirmed = services.Sum(service => service.ConfirmedBenefitFen);
        var estimated = services.Sum(service => service.EstimatedBenefitFen);
        return
        [
            new("requests_received", requests.Count(request => request.Received), "requests"),
            new("requests_closed", requests.Count(request => request.Closed), "requests"),
            new("requests_confirmed_solved", requests.Count(request => request.ConfirmedSolved), "requests"),
            new("services", services.Count(service => service.Counts), "services"),
            // Credit goes to the lead, once; here is how often another team had its part in it.
            new("shared_services", services.Count(service => service.IsShared), "services"),
            new("service_person_times", services.Sum(service => service.PersonTimes), "person_times"),
            new("problems_found", services.Sum(service => service.ProblemsFound), "problems"),
            new("problems_solved", services.Sum(service => service.ProblemsSolved), "problems"),
            new("training_sessions", services.Sum(service => service.Sessions), "sessions"),
            new("trained_person_times", services.Sum(service => service.Attendances), "person_times"),
            new("training_hours", (decimal)services.Sum(service => service.TrainingHours), "hours"),
            new("economic_benefit_yuan", Yuan(confirmed + estimated), "yuan"),
            new("economic_benefit_yuan_confirmed", Yuan(confirmed), "yuan"),
            new("economic_benefit_yuan_estimated", Yuan(estimated), "yuan"),
        ];
    }

    private static decimal Yuan(long fen) => (decimal)fen / FenPerYuan;
}
