using Dispatch.Api.Storage.Sealing;
using Xunit;

namespace Dispatch.Api.Tests.Storage.Sealing;

/// <summary>What is sealed opens where it was sealed and nowhere else.</summary>
public sealed class SealTests
{
    private const string Said = "清港镇上园村8号，13800138000";
    private static readonly Guid Row = Guid.Parse("0198c5a2-6d3e-7c41-9a55-0e6f4b1d2c90");
    private static readonly SealedPlace Place = new("help_request", "person", Row);

    private readonly DataKeys keys = KeysOf(KeyRing.Fresh(DateTimeOffset.UnixEpoch));

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData(Said)]
    public void It_opens_to_what_was_said(string said)
    {
        var seal = new Seal(keys);
        var closed = seal.Close(Place, said);
        Assert.Equal(said, seal.Open(Place, closed));
        Assert.StartsWith(keys.Current + ".", closed, StringComparison.Ordinal);
        Assert.DoesNotContain("1380013", closed, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_words_are_sealed_differently_each_time()
    {
        var seal = new Seal(keys);
        Assert.Equal(1000, Enumerable.Range(0, 1000).Select(_ => seal.Close(Place, Said)).Distinct(StringComparer.Ordinal).Count());
    }

    [Theory]
    [InlineData("member", "person", "0198c5a2-6d3e-7c41-9a55-0e6f4b1d2c90")]
    [InlineData("help_request", "content", "0198c5a2-6d3e-7c41-9a55-0e6f4b1d2c90")]
    [InlineData("help_request", "person", "0198c5a2-6d3e-7c41-9a55-0e6f4b1d2c91")]
    public void Moved_to_another_table_column_or_row_it_does_not_open(string table, string column, string row)
    {
        var seal = new Seal(keys);
        var broken = Assert.Throws<SealBroken>(() => seal.Open(new SealedPlace(table, column, Guid.Parse(row)), seal.Close(Place, Said)));
        Assert.DoesNotContain("1380013", broken.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void With_any_letter_changed_or_cut_off_it_does_not_open()
    {
        var seal = new Seal(keys);
        var closed = seal.Close(Place, Said);
        for (var at = 0; at < closed.Length; at++)
        {
            // Of the last letter some bits may stand for nothing: the decoder refuses those that do not.
            var other = closed[at] == 'A' ? 'B' : 'A';
            Assert.Null(seal.TryOpen(Place, closed[..at] + other + closed[(at + 1)..]));
            Assert.Null(seal.TryOpen(Place, closed[..at]));
        }
    }

    [Fact]
    public void Without_its_key_it_does_not_open()
    {
        var closed = new Seal(keys).Close(Place, Said);
        Assert.Null(new Seal(KeysOf(KeyRing.Fresh(DateTimeOffset.UnixEpoch))).TryOpen(Place, closed));
        Assert.Null(new Seal(KeysOf(KeyRing.Fresh(DateTimeOffset.UnixEpoch.AddDays(1)))).TryOpen(Place, closed));
    }

    [Fact]
    public void A_former_key_opens_still_and_the_new_one_seals()
    {
        var ring = KeyRing.Fresh(DateTimeOffset.UnixEpoch);
        var closed = new Seal(KeysOf(ring)).Close(Place, Said);
        var grown = KeysOf(ring.Grown(DateTimeOffset.UnixEpoch));
        Assert.NotEqual(ring.Current, grown.Current);
        Assert.Equal(Said, new Seal(grown).Open(Place, closed));
        Assert.StartsWith(grown.Current + ".", new Seal(grown).Close(Place, Said), StringComparison.Ordinal);
    }

    [Fact]
    public void Words_to_find_by_are_equal_for_equal_values_and_nothing_without_the_key()
    {
        var index = new BlindIndex(keys);
        Assert.Equal(index.OfRequester("person:a|+8613800138000"), index.OfRequester("person:a|+8613800138000"));
        Assert.NotEqual(index.OfRequester("person:a|+8613800138000"), index.OfRequester("person:a|+8613800138001"));
        Assert.NotEqual(index.Of("requester", "a"), index.Of("track", "a"));
        Assert.NotEqual(index.OfTrack("t"), new BlindIndex(KeysOf(KeyRing.Fresh(DateTimeOffset.UnixEpoch))).OfTrack("t"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"current":"k1","keys":{},"lookUp":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}""")]
    [InlineData("""{"current":"k1","keys":{"k1":"AAAA"},"lookUp":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}""")]
    [InlineData(
        """{"current":"k.1","keys":{"k.1":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="},"lookUp":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}"""
    )]
    [InlineData("""{"current":"k1","keys":{"k1":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}}""")]
    public void Keys_that_are_none_are_refused_and_not_repeated(string json)
    {
        var refusal = Assert.Throws<InvalidOperationException>(() => KeyRing.Read(json, "here"));
        Assert.Contains("here", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("AAAA", refusal.Message, StringComparison.Ordinal);
    }

    internal static DataKeys KeysOf(KeyRing ring) => new(ring, null, TimeProvider.System);
}
