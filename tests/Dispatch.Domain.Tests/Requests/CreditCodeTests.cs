using Dispatch.Domain.Requests;
using Xunit;

namespace Dispatch.Domain.Tests.Requests;

public sealed class CreditCodeTests
{
    private const string Valid = "91350100M000100Y43";

    [Theory]
    [InlineData(Valid)]
    [InlineData("91350100m000100y43")]
    [InlineData("  91350100M000100Y43\t")]
    [InlineData("９１３５０１００Ｍ０００１００Ｙ４３")]
    public void A_code_with_a_right_check_character_is_read(string text) =>
        Assert.Equal(new CreditCodeReading(Valid, null), CreditCode.Read(text));

    [Theory]
    [InlineData(null, CreditCodeFault.WrongLength)]
    [InlineData("", CreditCodeFault.WrongLength)]
    [InlineData("91350100M000100Y4", CreditCodeFault.WrongLength)]
    [InlineData("91350100M000100Y433", CreditCodeFault.WrongLength)]
    [InlineData("9135 0100M000100Y43", CreditCodeFault.WrongLength)]
    [InlineData("91350100I000100Y43", CreditCodeFault.WrongCharacter)]
    [InlineData("91350100O000100Y43", CreditCodeFault.WrongCharacter)]
    [InlineData("91350100S000100Y43", CreditCodeFault.WrongCharacter)]
    [InlineData("91350100V000100Y43", CreditCodeFault.WrongCharacter)]
    [InlineData("91350100Z000100Y43", CreditCodeFault.WrongCharacter)]
    [InlineData("91350100-000100Y43", CreditCodeFault.WrongCharacter)]
    [InlineData("91350100\0000100Y43", CreditCodeFault.WrongCharacter)]
    [InlineData("91A50100M000100Y43", CreditCodeFault.WrongCharacter)]
    [InlineData("9135010AM000100Y43", CreditCodeFault.WrongCharacter)]
    [InlineData("91350100M000100Y44", CreditCodeFault.WrongCheckCharacter)]
    [InlineData("91350100M000100Y4A", CreditCodeFault.WrongCheckCharacter)]
    public void A_code_that_is_none_says_what_is_wrong(string? text, CreditCodeFault fault) =>
        Assert.Equal(new CreditCodeReading(null, fault), CreditCode.Read(text));

    [Fact]
    public void Every_single_slip_and_every_swap_of_neighbours_is_noticed()
    {
        const string alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
        for (var place = 0; place < Valid.Length; place++)
        {
            foreach (var letter in alphabet.Where(letter => letter != Valid[place]))
            {
                Assert.NotNull(CreditCode.Read(Valid[..place] + letter + Valid[(place + 1)..]).Fault);
            }
        }

        for (var place = 0; place < Valid.Length - 1; place++)
        {
            if (Valid[place] != Valid[place + 1])
            {
                Assert.NotNull(CreditCode.Read(Valid[..place] + Valid[place + 1] + Valid[place] + Valid[(place + 2)..]).Fault);
            }
        }
    }

    [Fact]
    public void Every_check_character_occurs_and_exactly_one_fits()
    {
        const string alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
        var fitting = alphabet
            .Select(first => alphabet.Where(check => CreditCode.Read($"91330000{first}00000000{check}").Fault is null).ToArray())
            .ToList();

        Assert.All(fitting, checks => Assert.Single(checks));
        Assert.Equal(alphabet, string.Concat(fitting.SelectMany(checks => checks).Order()));
    }
}
