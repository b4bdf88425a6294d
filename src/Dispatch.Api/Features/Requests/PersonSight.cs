using System.Globalization;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Domain.Geography;
using Dispatch.Domain.Requests;

namespace Dispatch.Api.Features.Requests;

/// <summary>What a team has of a request.</summary>
internal enum TeamTie
{
    /// <summary>It was asked at most; or it declined, fell silent or gave it back.</summary>
    None,

    /// <summary>It has it in hand.</summary>
    Active,

    /// <summary>It has done it.</summary>
    Completed,
}

/// <summary>Who is shown phone, address and exact point: the office and the requester always, a team from its own acceptance until some days after
/// the request was closed, an auditor never.</summary>
internal sealed class PersonSight
{
    private const int ByDefault = 7;

    private static readonly HelpRequestState[] InHand =
    [
        HelpRequestState.Accepted,
        HelpRequestState.InProgress,
        HelpRequestState.OnHold,
        HelpRequestState.Resolved,
    ];

    private readonly Caller caller;
    private readonly TimeProvider clock;
    private readonly TimeSpan afterClosing;

    public PersonSight(Caller caller, TimeProvider clock, IConfiguration configuration)
    {
        (this.caller, this.clock) = (caller, clock);
        var days = configuration.GetValue("Dispatch:ContactDays", ByDefault);
        afterClosing =
            days >= 0
                ? TimeSpan.FromDays(days)
                : throw new InvalidOperationException(
                    string.Create(CultureInfo.InvariantCulture, $"Dispatch:ContactDays is {days}; it cannot be less than 0.")
                );
    }

    /// <param name="tie">Of the caller's team; nothing to anybody else.</param>
    public bool Of(RequestRow request, TeamTie tie) =>
        caller.Role switch
        {
            Role.Auditor => false,
            Role.Leader or Role.Member => tie switch
            {
                TeamTie.Active => InHand.Contains(request.StateNow),
                // Reopened, it is somebody else's until this team accepts it anew.
                TeamTie.Completed => request.StateNow == HelpRequestState.Resolved
                    || (request.StateNow == HelpRequestState.Closed && clock.GetUtcNow() < request.ClosedAt + afterClosing),
                _ => false,
            },
            _ => true,
        };

    /// <summary>The same for the telephone number: a requester may keep it from teams.</summary>
    public bool OfPhone(RequestRow request, TeamTie tie) => Of(request, tie) && !(caller.IsOfTeam && request.ContactWithheld);

    /// <summary>Two decimals are about a kilometre: enough to judge the way, not to find the house. Lists and maps know no more of a request.</summary>
    public static GeoPoint Coarse(GeoPoint point) => new(Math.Round(point.Lat, 2), Math.Round(point.Lng, 2));

    /// <summary>Whether a list shows where it is. Whose request hides them are on nobody's map, a firm with a secret on that of the office only.</summary>
    public static bool IsOnMap(Caller caller, IConfidential request) =>
        caller.Reads(request, accepted: false) && (!request.HidesBeneficiary() || caller.IsRequester);

    /// <summary>Which requests lie in a box, judged by the point that is shown: a box that shrinks must not find the house.</summary>
    public static string Sql(Caller caller, GeoBox box, Arguments args)
    {
        var shown =
            caller.IsRequester ? "1 = 1"
            : caller.IsOffice ? $"help_request.confidentiality <> '{Words.Of(Confidentiality.BeneficiaryHidden)}'"
            : $"help_request.confidentiality = '{Words.Of(Confidentiality.Normal)}'";
        return $"{HeldRequests.Sql(caller, args)} and {shown} and {MapQuery.Sql(box, "help_request.lat", "help_request.lng", args)}";
    }
}
