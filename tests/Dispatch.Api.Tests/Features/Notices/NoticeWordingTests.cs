using System.Reflection;
using Dispatch.Api.Features.Notices;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Http;
using Dispatch.Api.Tests.Http;
using Xunit;

namespace Dispatch.Api.Tests.Features.Notices;

/// <summary>Every text a notice can have, found by reflection: a new one is tested by being there.</summary>
public sealed class NoticeWordingTests
{
    private const string Written = "It rattles.";
    private static readonly RequestRow Request = new()
    {
        Reference = "20260601-K7M2QXD",
        Text = Written,
        SafetyKind = "epidemic",
        SafetyPeople = true,
    };

    public static TheoryData<string> All =>
        [.. typeof(NoticeWording).GetMethods(BindingFlags.Static | BindingFlags.Public).Select(method => method.Name)];

    [Theory]
    [MemberData(nameof(All))]
    public void It_names_the_request_in_both_languages_and_fits_a_message(string notice)
    {
        foreach (var text in Texts(notice))
        {
            Assert.True(text.Zh.HasChinese(), text.Zh);
            Assert.False(text.En.HasChinese(), text.En);
            Assert.All(new[] { text.Zh, text.En }, words => Assert.Contains(Request.Reference, words, StringComparison.Ordinal));
            Assert.All(new[] { text.Zh, text.En }, words => Assert.InRange(words.Length, 10, NoticeStore.LongestText));
            Assert.Equal(text.Zh.Contains(Written, StringComparison.Ordinal), text.En.Contains(Written, StringComparison.Ordinal));
        }
    }

    /// <summary>The notice with every word of its enumerations, with a text and without one.</summary>
    private static IEnumerable<Text> Texts(string notice)
    {
        var method = typeof(NoticeWording).GetMethod(notice)!;
        var calls = method
            .GetParameters()
            .Aggregate(
                (IEnumerable<object?[]>)
                    [
                        [],
                    ],
                (before, parameter) => before.SelectMany(_ => Values(parameter), (arguments, value) => (object?[])[.. arguments, value])
            );
        return calls.Select(arguments => (Text)method.Invoke(null, arguments)!);
    }

    private static IEnumerable<object?> Values(ParameterInfo parameter) =>
        parameter.ParameterType switch
        {
            var type when type == typeof(RequestRow) => [Request, Request with { SafetyHeld = true, Text = "" }],
            var type when type == typeof(DateTimeOffset) => [new DateTimeOffset(2026, 9, 30, 4, 0, 0, TimeSpan.Zero)],
            var type when type == typeof(string) => IsOptional(parameter) ? [Written, null] : [Written],
            var type when type == typeof(Text) => [new Text("支援：焊接", "support: welding")],
            { IsEnum: true } type => Enum.GetValues(type).Cast<object?>(),
            var type => throw new InvalidOperationException($"No example of {type.Name}."),
        };

    private static bool IsOptional(ParameterInfo parameter) =>
        new NullabilityInfoContext().Create(parameter).ReadState == NullabilityState.Nullable;
}
