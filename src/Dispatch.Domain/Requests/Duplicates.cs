namespace Dispatch.Domain.Requests;

/// <summary>
/// When one problem was told twice. A likely duplicate has the same requester (name and phone, or credit code) and the same main skill
/// as a request that is still under way (<see cref="HelpRequestFlow.UnderWay"/>) and not older than <see cref="Within"/>: it waits for an officer's yes or no. What looks alike
/// otherwise, such as fourteen flooded neighbours, is shown and never waits.
/// </summary>
public static class Duplicates
{
    public static readonly TimeSpan Within = TimeSpan.FromDays(14);
}
