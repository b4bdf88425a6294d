using System.Buffers.Binary;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;

namespace Dispatch.Api.Features.Auditing;

/// <summary>Which entries are asked for.</summary>
internal sealed record AuditFilter(string? Object, string? Actor, string? Action, DateTimeOffset? From, DateTimeOffset? To)
{
    private const int Longest = 500;

    /// <summary>As conditions on <c>audit_entry</c>; of a caller with a region only what lies in it.</summary>
    public List<string> Conditions(Caller caller, Arguments args)
    {
        var where = new List<string> { "1 = 1" };
        RefuseLong("object", Object);
        RefuseLong("actor", Actor);
        RefuseLong("action", Action);
        if (caller.RegionCode is not null)
        {
            where.Add(RegionScope.Sql("audit_entry", "@scope"));
            args.Add("scope", caller.RegionCode);
        }

        if (Object is not null)
        {
            where.Add(OfObject(args));
        }

        And("audit_entry.actor = @actor", "actor", Actor);
        And("audit_entry.action = @action", "action", Action);
        // The ids sort by time: the bound is found without an index of its own.
        And("audit_entry.entry_id >= @from", "from", From is { } from ? First(from) : null);
        And("audit_entry.entry_id < @to", "to", To is { } to ? First(to) : null);
        return where;

        void And(string condition, string name, object? value)
        {
            if (value is not null)
            {
                where.Add(condition);
                args.Add(name, value);
            }
        }
    }

    // An entry names its object, the request that belongs to, or a list of what was seen.
    private string OfObject(Arguments args)
    {
        var id = Guid.TryParse(Object, out var parsed) ? parsed.ToString("D") : Object!;
        args.Add("object", id);
        args.Add(
            "listed",
            $"%\"id\":\"{id.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)}\"%"
        );
        var several = "audit_entry.object_id is null and audit_entry.seen is not null and audit_entry.seen like @listed escape '\\'";
        if (parsed == Guid.Empty)
        {
            return $"(audit_entry.object_id = @object or ({several}))";
        }

        args.Add("request", parsed);
        return $"(audit_entry.object_id = @object or audit_entry.request_id = @request or ({several}))";
    }

    // The least id that can be made in this millisecond (RFC 9562, 5.7).
    private static Guid First(DateTimeOffset at)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, Math.Max(0, at.ToUnixTimeMilliseconds()) << 16);
        return new Guid(bytes, bigEndian: true);
    }

    private static void RefuseLong(string name, string? value)
    {
        if (value?.Length > Longest)
        {
            throw QueryNames.Wrong(name, "too_long", $"{name} 最长 {Longest} 个字符。", $"{name} has at most {Longest} characters.");
        }
    }
}
