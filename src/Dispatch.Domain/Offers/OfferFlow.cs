using static Dispatch.Domain.Offers.OfferAction;
using static Dispatch.Domain.Offers.OfferState;

namespace Dispatch.Domain.Offers;

public enum OfferState
{
    /// <summary>The team has been asked and has not answered.</summary>
    Pending,
    Accepted,
    Declined,

    /// <summary>The team stayed silent until the answer was due.</summary>
    Expired,

    /// <summary>Taken back: another team was first, or the request changed.</summary>
    Withdrawn,
}

public enum OfferAction
{
    Accept,
    Decline,

    /// <summary>Fired by the answer timer; no endpoint.</summary>
    Expire,
    Withdraw,
}

/// <summary>Every move an offer may make. It ends exactly once.</summary>
public static class OfferFlow
{
    public static Flow<OfferState, OfferAction> Machine { get; } =
        new([(Pending, Accept, Accepted), (Pending, Decline, Declined), (Pending, Expire, Expired), (Pending, Withdraw, Withdrawn)]);
}
