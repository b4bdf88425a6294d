using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Domain.Geography;
using Dispatch.Domain.Requests;

namespace Dispatch.Api.Features.Requests;

/// <summary>Who is shown phone, address and exact point: the office and the requester always, a team from acceptance until the request is closed,
/// an auditor never. Said once, for a request in hand and for SQL.</summary>
internal static class PersonSight
{
    private static readonly HelpRequestState[] InHand =
    [
        HelpRequestState.Accepted,
        HelpRequestState.InProgress,
        HelpRequestState.OnHold,
        HelpRequestState.Resolved,
    ];

    private static readonly string InHandSql = string.Join(", ", InHand.Select(state => $"'{Words.Of(state)}'"));

    public static bool Of(Caller caller, HelpRequestState state) =>
        caller.Role switch
        {
            Role.Auditor => false,
            Role.Leader or Role.Member => InHand.Contains(state),
            _ => true,
        };

    /// <summary>Two decimals are about a kilometre: enough to judge the way, not to find the house.</summary>
    public static GeoPoint Coarse(GeoPoint point) => new(Math.Round(point.Lat, 2), Math.Round(point.Lng, 2));

    /// <summary>The point as this caller is shown it.</summary>
    public static GeoPoint PointFor(Caller caller, HelpRequestState state, GeoPoint point) => Of(caller, state) ? point : Coarse(point);

    /// <summary>Which requests lie in a box, judged by the point that is shown: a box that shrinks must not find the house either.</summary>
    public static string Sql(Caller caller, GeoBox box, Arguments args)
    {
        var mayRead = HeldRequests.Sql(caller, args);
        var exact = MapQuery.Sql(box, "help_request.lat", "help_request.lng", args);
        if (caller.Role is not (Role.Auditor or Role.Leader or Role.Member))
        {
            return $"{mayRead} and {exact}";
        }

        var coarse = MapQuery.Sql(Cells(box), "help_request.lat", "help_request.lng", args, "cells");
        return caller.Role == Role.Auditor
            ? $"{mayRead} and {coarse}"
            : $"{mayRead} and (case when help_request.state in ({InHandSql}) then {exact} else {coarse} end)";
    }

    // What lies in these bounds is rounded to a point inside the box, and nothing else is.
    private static GeoBox Cells(GeoBox box) => new(Low(box.West), Low(box.South), High(box.East), High(box.North));

    private static double Low(double edge) => (Math.Ceiling(Hundredths(edge)) - 0.5) / 100;

    // 28.29 times 100 is a little more than 2829.
    private static double Hundredths(double edge) => Math.Round(edge * 100, 6);

    private static double High(double edge) => (Math.Floor(Hundredths(edge)) + 0.5) / 100;
}
