using System.Collections;
using System.Globalization;
using System.Reflection;
using FluentValidation;
using FluentValidation.Internal;
using FluentValidation.Validators;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Dispatch.Api.Http.Contract;

/// <summary>
/// Copies what the registered validators demand into the schemas. Rules under a condition stay out: a schema would
/// claim them always. List elements are read from <c>RuleForEach</c>; nested records from validators of their own.
/// </summary>
internal sealed class ValidatedLimits : IOpenApiSchemaTransformer
{
    public Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        if (context.JsonPropertyInfo is { } property)
        {
            if (property.AttributeProvider is MemberInfo member)
            {
                Apply(schema, property.DeclaringType, member.Name, context.ApplicationServices);
            }
        }
        else
        {
            Require(schema, context);
        }

        return Task.CompletedTask;
    }

    /// <summary>Narrows <paramref name="schema"/> to the unconditional rules for one member of one type.</summary>
    public static void Apply(IOpenApiSchema schema, Type declaringType, string member, IServiceProvider services)
    {
        if (schema is not OpenApiSchema target)
        {
            return;
        }

        foreach (var rule in Rules(declaringType, member, services))
        {
            var narrowed = ForEachElement(rule) ? target.Items as OpenApiSchema : target;
            if (narrowed is null)
            {
                continue;
            }

            foreach (var component in rule.Components.Where(Unconditional))
            {
                Narrow(narrowed, component.Validator);
            }
        }
    }

    private static void Require(OpenApiSchema schema, OpenApiSchemaTransformerContext context)
    {
        foreach (var property in context.JsonTypeInfo.Properties)
        {
            if (schema.Properties?.ContainsKey(property.Name) != true || property.AttributeProvider is not MemberInfo member)
            {
                continue;
            }

            var demanded = Rules(property.DeclaringType, member.Name, context.ApplicationServices)
                .Where(rule => !ForEachElement(rule))
                .SelectMany(rule => rule.Components.Where(Unconditional))
                .Any(component => component.Validator is INotNullValidator or INotEmptyValidator);
            if (demanded)
            {
                (schema.Required ??= new HashSet<string>(StringComparer.Ordinal)).Add(property.Name);
            }
        }
    }

    private static IEnumerable<IValidationRule> Rules(Type declaringType, string member, IServiceProvider services)
    {
        if (declaringType.IsValueType || declaringType.ContainsGenericParameters)
        {
            return [];
        }

        using var scope = services.CreateScope();
        var validators = scope.ServiceProvider.GetServices(typeof(IValidator<>).MakeGenericType(declaringType));
        return
        [
            .. validators
                .OfType<IValidator>()
                .SelectMany(validator => validator.CreateDescriptor().GetRulesForMember(member))
                .Where(rule => !rule.HasCondition && !rule.HasAsyncCondition),
        ];
    }

    private static bool Unconditional(IRuleComponent component) => !component.HasCondition && !component.HasAsyncCondition;

    private static bool ForEachElement(IValidationRule rule) =>
        Array.Exists(rule.GetType().GetInterfaces(), i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(ICollectionRule<,>));

    private static void Narrow(OpenApiSchema schema, IPropertyValidator validator)
    {
        var isText = schema.Type?.HasFlag(JsonSchemaType.String) == true;
        var isList = schema.Type?.HasFlag(JsonSchemaType.Array) == true;
        switch (validator)
        {
            case IItemLimit items when isList:
                schema.MaxItems = items.Maximum;
                break;
            case INotEmptyValidator when isList:
                schema.MinItems = Math.Max(schema.MinItems ?? 0, 1);
                break;
            case INotEmptyValidator when isText && schema.Format is null && schema.Enum is null:
                schema.MinLength = Math.Max(schema.MinLength ?? 0, 1);
                break;
            case ILengthValidator length when isText:
                schema.MaxLength = length.Max > 0 ? length.Max : schema.MaxLength;
                schema.MinLength = length.Min > 0 ? length.Min : schema.MinLength;
                break;
            case IRegularExpressionValidator pattern when isText:
                schema.Pattern = pattern.Expression;
                break;
            case IEmailValidator when isText:
                schema.Format = "email";
                break;
            case IBetweenValidator between when !isText && !isList:
                Between(schema, between);
                break;
            case IComparisonValidator { ValueToCompare: { } bound, MemberToCompare: null } comparison when !isText && !isList:
                Compare(schema, comparison.Comparison, Written(bound));
                break;
        }
    }

    private static void Between(OpenApiSchema schema, IBetweenValidator between)
    {
        var inclusive = between is IInclusiveBetweenValidator;
        Compare(schema, inclusive ? Comparison.GreaterThanOrEqual : Comparison.GreaterThan, Written(between.From));
        Compare(schema, inclusive ? Comparison.LessThanOrEqual : Comparison.LessThan, Written(between.To));
    }

    private static void Compare(OpenApiSchema schema, Comparison comparison, string? bound)
    {
        if (bound is null)
        {
            return;
        }

        switch (comparison)
        {
            case Comparison.GreaterThan:
                (schema.Minimum, schema.ExclusiveMinimum) = (null, bound);
                break;
            case Comparison.GreaterThanOrEqual:
                (schema.Minimum, schema.ExclusiveMinimum) = (bound, null);
                break;
            case Comparison.LessThan:
                (schema.Maximum, schema.ExclusiveMaximum) = (null, bound);
                break;
            case Comparison.LessThanOrEqual:
                (schema.Maximum, schema.ExclusiveMaximum) = (bound, null);
                break;
        }
    }

    // Dates and texts are compared too, but a schema bounds numbers only.
    private static string? Written(object bound) =>
        bound switch
        {
            int or long or short or byte or decimal or double or float => ((IFormattable)bound).ToString(
                null,
                CultureInfo.InvariantCulture
            ),
            _ => null,
        };
}
