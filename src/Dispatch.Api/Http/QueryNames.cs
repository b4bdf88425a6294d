using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;

namespace Dispatch.Api.Http;

/// <summary>Refuses a query parameter the endpoint does not know: a misspelt filter must not silently list everything.</summary>
internal sealed class QueryNames : IEndpointFilter
{
    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (http.Request.Query.Count > 0)
        {
            var known = http.GetEndpoint()!
                .Metadata.GetOrderedMetadata<IParameterBindingMetadata>()
                .Select(NameOf)
                .ToHashSet(StringComparer.Ordinal);
            foreach (var (name, values) in http.Request.Query)
            {
                if (!known.Contains(name) || http.Request.RouteValues.ContainsKey(name))
                {
                    throw Wrong(name, "unknown", $"没有查询参数 {name}。", $"There is no query parameter {name} here.");
                }

                if (values.Count > 1)
                {
                    throw Wrong(name, "repeated", $"查询参数 {name} 只能出现一次。", $"The query parameter {name} may stand once only.");
                }
            }
        }

        return next(context);
    }

    private static string NameOf(IParameterBindingMetadata parameter) =>
        parameter.ParameterInfo.GetCustomAttribute<FromQueryAttribute>()?.Name ?? parameter.Name;

    public static Refused Wrong(string name, string code, string zh, string en) =>
        new(ProblemKinds.BadQuery, zh, en) { Errors = [new FieldProblem(name, code, new Text(zh, en))] };
}
