using FluentValidation;
using FluentValidation.Validators;

namespace Dispatch.Api.Http.Contract;

/// <summary>How many items a list may hold, readable by the contract.</summary>
internal interface IItemLimit
{
    int Maximum { get; }
}

/// <summary>A list longer than <paramref name="maximum"/> breaks the rule; no list does not.</summary>
internal sealed class MaximumItemsValidator<T, TItem>(int maximum) : PropertyValidator<T, IReadOnlyCollection<TItem>?>, IItemLimit
{
    public int Maximum => maximum;

    public override string Name => "MaximumItemsValidator";

    public override bool IsValid(ValidationContext<T> context, IReadOnlyCollection<TItem>? value)
    {
        if (value is null || value.Count <= maximum)
        {
            return true;
        }

        context.MessageFormatter.AppendArgument("MaximumItems", maximum).AppendArgument("Items", value.Count);
        return false;
    }

    protected override string GetDefaultMessageTemplate(string errorCode) =>
        "'{PropertyName}' may hold at most {MaximumItems} items; {Items} were sent.";
}

internal static class ItemLimits
{
    public static IRuleBuilderOptions<T, IReadOnlyList<TItem>?> MaximumItems<T, TItem>(
        this IRuleBuilder<T, IReadOnlyList<TItem>?> rule,
        int maximum
    ) => rule.SetValidator(new MaximumItemsValidator<T, TItem>(maximum));
}
