using Dispatch.Api.Features.Requests;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Sealing;
using Dispatch.Domain.Requests;

namespace Dispatch.Api.Features.Rights;

/// <summary>Finds all that one person asked for: the same requester with the same telephone number. A number alone may be a whole village's.</summary>
internal sealed class PersonGroup(Session db, Caller caller, BlindIndex index)
{
    // More than anybody asks for; whoever has more is answered in parts.
    private const int Most = 500;

    /// <summary>The requests of whoever asked for this one, the oldest first.</summary>
    /// <param name="everywhere">For the person's own wish; else those in the caller's region.</param>
    public Task<IReadOnlyList<RequestRow>> Of(RequestRow request, bool everywhere)
    {
        var args = new Arguments(
            new
            {
                request.RequestId,
                request.RequesterKey,
                request.PhoneKey,
                subject = caller.Role == Role.Requester ? request.RequesterSubject : null,
            }
        );
        return Read(
            """
            (request_id = @RequestId or (requester_key = @RequesterKey and (phone_key = @PhoneKey or (phone_key is null and @PhoneKey is null)))
             or requester_subject = @subject)
            """,
            args,
            everywhere
        );
    }

    /// <summary>The requests with this telephone number, in the caller's region.</summary>
    public Task<IReadOnlyList<RequestRow>> OfPhone(string phone) =>
        Read("phone_key = @key", new Arguments(new { key = index.OfPhone(PhoneNumber.Normalize(phone)) }), everywhere: false);

    /// <summary>The smallest region that holds them all; null: the whole country.</summary>
    public static string? Around(IReadOnlyList<RequestRow> requests)
    {
        return Same(request => request.RegionCode)
            ?? Same(request => request.CountyCode)
            ?? Same(request => request.CityCode)
            ?? Same(request => request.ProvinceCode);

        string? Same(Func<RequestRow, string?> code) =>
            requests.Select(code).Distinct(StringComparer.Ordinal).ToList() is [{ } one] ? one : null;
    }

    private Task<IReadOnlyList<RequestRow>> Read(string which, Arguments args, bool everywhere)
    {
        var within = "";
        if (!everywhere && caller.RegionCode is { } scope)
        {
            within = " and " + RegionScope.Sql("help_request", "@scope");
            args.Add("scope", scope);
        }

        args.Add("most", Most);
        return db.List<RequestRow>(
            $"select {RequestStore.Columns} from help_request where {which} and erased_at is null{within} order by created_at, request_id limit @most",
            args
        );
    }
}
