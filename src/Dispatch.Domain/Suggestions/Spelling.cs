namespace Dispatch.Domain.Suggestions;

/// <summary>One way of writing for each character: half width, lower case, simplified. The length of a text never changes.</summary>
internal sealed class Spelling
{
    private const char FullWidthFirst = '\uFF01';
    private const char FullWidthLast = '\uFF5E';
    private const int FullWidthOffset = 0xFEE0;
    private const char IdeographicSpace = '\u3000';

    private readonly char[] _read = new char[char.MaxValue + 1];

    /// <param name="characters">Pairs: the character as written, the character as read.</param>
    public Spelling(IEnumerable<string> characters)
    {
        for (var i = 0; i < _read.Length; i++)
        {
            var written = (char)i;
            var half = written switch
            {
                >= FullWidthFirst and <= FullWidthLast => (char)(written - FullWidthOffset),
                IdeographicSpace => ' ',
                _ => written,
            };
            _read[i] = char.ToLowerInvariant(half);
        }

        foreach (var pair in characters)
        {
            _read[pair[0]] = pair[1];
        }
    }

    public void Read(ReadOnlySpan<char> written, Span<char> read)
    {
        for (var i = 0; i < written.Length; i++)
        {
            read[i] = _read[written[i]];
        }
    }

    public string Read(string written) =>
        string.Create(written.Length, (this, written), static (read, state) => state.Item1.Read(state.written, read));
}
