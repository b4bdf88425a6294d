using System.Collections.Frozen;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;

namespace Dispatch.Api.Http;

/// <summary>Refuses a query parameter the endpoint does not know: a misspelt filter must not silently list everything.</summary>
internal sealed class QueryNames : IEndpointFilter
{
    // Under the names their senders know, which the framework tells by reflection alone.
    private static readonly ConditionalWeakTable<Endpoint, FrozenDictionary<string, Type>> Known = [];

    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (http.Request.Query.Count > 0)
        {
            var known = Known.GetValue(http.GetEndpoint()!, TypesByName);
            foreach (var (name, values) in http.Request.Query)
            {
                if (!known.TryGetValue(name, out var type) || http.Request.RouteValues.ContainsKey(name))
                {
                    throw Wrong(name, "unknown", $"没有查询参数 {name}。", $"There is no query parameter {name} here.");
                }

                if (values.Count > 1)
                {
                    throw Wrong(name, "repeated", $"查询参数 {name} 只能出现一次。", $"The query parameter {name} may stand once only.");
                }

                RefuseForm(name, values.ToString(), type);
            }
        }

        return next(context);
    }

    /// <summary>What the framework could not bind, under the name its sender knows.</summary>
    public static Refused Unbound(BadHttpRequestException bad, Endpoint? endpoint)
    {
        var parameter = endpoint is null
            ? null
            : Parameters(endpoint).FirstOrDefault(known => bad.Message.Contains($" {known.Name}\" from", StringComparison.Ordinal));
        return parameter is null
            ? new Refused(
                ProblemKinds.BadQuery,
                "路径或查询参数的格式不对，请对照接口文档。",
                "A path or query parameter does not have the documented form."
            )
            : WrongForm(NameOf(parameter));
    }

    private static FrozenDictionary<string, Type> TypesByName(Endpoint endpoint) =>
        Parameters(endpoint).ToFrozenDictionary(NameOf, parameter => parameter.ParameterInfo.ParameterType, StringComparer.Ordinal);

    private static IEnumerable<IParameterBindingMetadata> Parameters(Endpoint endpoint) =>
        endpoint.Metadata.GetOrderedMetadata<IParameterBindingMetadata>();

    // The framework binds more than the contract says: times without an offset, days in any order of their parts. And what it cannot bind it
    // takes for not sent, where the parameter may be left out.
    private static void RefuseForm(string name, string value, Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (value.Any(char.IsControl))
        {
            throw Wrong(name, "control_character", $"{name} 含有控制字符。", $"{name} holds a control character.");
        }

        if (type == typeof(DateTimeOffset))
        {
            RefuseYear(name, JsonShape.TryInstant(value, out var instant), Years.Cover(instant));
        }
        else if (type == typeof(DateOnly))
        {
            RefuseYear(name, DateOnly.TryParseExact(value, "yyyy-MM-dd", out var day), Years.Cover(day));
        }
        else if (!HasForm(value, type))
        {
            throw WrongForm(name);
        }
    }

    private static bool HasForm(string value, Type type) =>
        value.Length == 0
        || type == typeof(string)
        || (type == typeof(Guid) && Guid.TryParse(value, out _))
        || (type == typeof(int) && int.TryParse(value, CultureInfo.InvariantCulture, out _))
        || (type == typeof(double) && double.TryParse(value, CultureInfo.InvariantCulture, out _))
        || (type == typeof(bool) && bool.TryParse(value, out _));

    private static void RefuseYear(string name, bool read, bool covered)
    {
        if (!read)
        {
            throw WrongForm(name);
        }

        if (!covered)
        {
            throw Years.Outside(name);
        }
    }

    private static Refused WrongForm(string name) =>
        Wrong(
            name,
            "wrong_type",
            $"查询参数 {name} 的格式不对；时间须带时区（RFC 3339，+ 写作 %2B），日期为 yyyy-MM-dd。",
            $"The query parameter {name} does not have the documented form. Times need an offset (RFC 3339, + written as %2B), days are yyyy-MM-dd."
        );

    private static string NameOf(IParameterBindingMetadata parameter) =>
        parameter.ParameterInfo.GetCustomAttribute<FromQueryAttribute>()?.Name ?? parameter.Name;

    public static Refused Wrong(string name, string code, string zh, string en) =>
        new(ProblemKinds.BadQuery, zh, en) { Errors = [new FieldProblem(name, code, new Text(zh, en))] };
}
