using Dispatch.Api.Features.Exports;
using Xunit;

namespace Dispatch.Api.Tests.Features.Exports;

/// <summary>Not every spreadsheet runs what another does: what any of them may take for a formula is told by its first sign, each for itself.</summary>
public sealed class SafeCellTests
{
    [Theory]
    [InlineData("=1+1")]
    [InlineData("+1+1")]
    [InlineData("-1+1")]
    [InlineData("@SUM(A1:A9)")]
    [InlineData("\t1+1")]
    [InlineData("\r1+1")]
    [InlineData("\n1+1")]
    [InlineData("\0" + "1+1")]
    [InlineData("＝1+1")]
    [InlineData("＋1+1")]
    [InlineData("－1+1")]
    [InlineData("＠SUM(A1)")]
    [InlineData(" @SUM(A1)")]
    [InlineData("　-1+1")]
    [InlineData("\"+1+1\"")]
    [InlineData("'-1+1")]
    [InlineData("+86138")]
    [InlineData("+8613800138000=1")]
    public void What_begins_as_a_formula_gets_an_apostrophe(string cell) => Assert.Equal("'" + cell, SafeCell.Of(cell));

    [Theory]
    [InlineData("玉环文旦服务队")]
    [InlineData("1+1=2")]
    [InlineData("a@example.test")]
    [InlineData("+8613800138000")]
    [InlineData(" 服务队")]
    [InlineData("\"甲\"队")]
    public void Anything_else_stays_as_it_is(string cell) => Assert.Equal(cell, SafeCell.Of(cell));

    [Fact]
    public void Nothing_is_an_empty_cell() => Assert.Equal(("", ""), (SafeCell.Of(null), SafeCell.Of("")));
}
