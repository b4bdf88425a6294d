namespace Dispatch.Domain.Outcomes;

/// <summary>What is counted and adds up: over days, places, teams and trades. Amounts of money in fen.</summary>
public enum Measure
{
    RequestsReceived,

    /// <summary>The day it was first offered to a team.</summary>
    RequestsOffered,
    RequestsAccepted,

    /// <summary>The day of its first completed visit.</summary>
    RequestsVisited,
    RequestsResolved,
    RequestsClosed,
    RequestsConfirmedSolved,
    RequestsCancelled,
    RequestsUnmet,
    ClosingsOnTime,
    ClosingsLate,
    RatingsGiven,
    RatingsSatisfied,
    OffersMade,
    DeclinesTooBusy,
    DeclinesNoSkill,
    DeclinesTooFar,
    DeclinesConflict,
    DeclinesOther,
    Escalations,

    /// <summary>What several teams did together for one request on one day is one service.</summary>
    Services,

    /// <summary>A supporting team had its part in a service.</summary>
    SharedServices,
    ServicePersonTimes,

    /// <summary>Of those whose attendance is recorded by name.</summary>
    AttendedMinutes,

    /// <summary>On the day of the first report of it.</summary>
    ProblemsFound,

    /// <summary>By the last report of it.</summary>
    ProblemsSolved,
    TrainingSessions,
    TrainedPersonTimes,

    /// <summary>Millionths of an hour: hours are told with decimals, and sums of them must not drift.</summary>
    TrainingMicrohours,
    BenefitEstimatedFen,
    BenefitConfirmedFen,
    NewValueFen,
    CostSavedFen,
    IncomeGainFen,
    SalesFen,
    OutputFen,
    FeeDeferredFen,
    DonationFen,
    Patents,
    Standards,
    Methods,
    Reports,
    Awards,
}
