namespace Dispatch.Domain.Suggestions;

/// <summary>
/// Brings together what the words of a text say and what texts like it were about. Each skill gets the logarithm of both; the highest leads.
/// The confidence of the main skill is a logistic curve over its lead, fitted on authored requests that neither side had seen; of 120 texts of
/// another author that got 0.9 or more, 114 were right, and the benchmark <c>quality</c> prints how far it holds.
/// </summary>
internal static class Verdict
{
    private const int AtMost = 5;

    // How much an example weighs beside a word.
    private const double ExampleWeight = 0.7;

    // A skill one side does not name.
    private const double LeastConfidence = 0.02;
    private const double LeastShare = 1e-4;

    // Less than this share brings a skill up by examples alone.
    private const float WorthNaming = 0.03f;

    // Below this a suggestion would help nobody: a wrong skill is worse than none. Without a word that is known, more is asked.
    private const double LeastMain = 0.3;
    private const double LeastUnnamed = 0.45;

    // So sure must the words be of a trade for a companion (plant protection, training) to stay behind it: the crop goes before its disease.
    private const double SureOfTrade = 0.6;
    private const double Behind = 0.01;

    // What was the loudest by its words and is overruled may still be wanted; a person decides.
    private const double Overruled = 0.5;

    private const int MostStretches = 3;

    /// <param name="byWords">What the words say, the loudest first.</param>
    public static IReadOnlyList<SuggestedSkill> Of(
        string text,
        IReadOnlyList<SuggestedSkill> byWords,
        Vocabulary vocabulary,
        TradesByExample trades
    )
    {
        var shares = new Shares(trades, trades.In(text));
        var ofTrade =
            byWords.Count > 0 && byWords[0].Confidence >= SureOfTrade && !vocabulary.MayComeWithAny(byWords[0].Code)
                ? Worth(byWords[0].Code, byWords, shares)
                : double.MaxValue;
        var weighed = byWords
            .Select(skill => skill.Code)
            .Concat(shares.Above(WorthNaming).Where(vocabulary.Knows))
            .Distinct(StringComparer.Ordinal)
            .Select(code =>
                (
                    Code: code,
                    Worth: Math.Min(Worth(code, byWords, shares), vocabulary.MayComeWithAny(code) ? ofTrade - Behind : double.MaxValue)
                )
            )
            .OrderByDescending(skill => skill.Worth)
            .ThenBy(skill => skill.Code, StringComparer.Ordinal)
            .Take(AtMost)
            .ToList();
        if (weighed.Count == 0)
        {
            return [];
        }

        // A companion is no rival of the trade it comes with.
        var rivals = weighed
            .Skip(1)
            .Where(skill => ofTrade == double.MaxValue || !vocabulary.MayComeWithAny(skill.Code))
            .Select(skill => skill.Worth);
        var rival = rivals.FirstOrDefault(Worth("", byWords, shares));
        var agree = byWords.Count > 0 && byWords[0].Code == shares.Likeliest;
        var confidence = Confidence.OfMain(weighed[0].Worth, rival, agree, byWords.Count > 0, shares.None);
        return confidence < (byWords.Count > 0 ? LeastMain : LeastUnnamed)
            ? []
            :
            [
                .. weighed.Select(
                    (skill, place) =>
                        place == 0
                            ? Suggested(text, skill.Code, confidence, byWords, trades)
                            : Further(text, skill.Code, byWords, shares, trades)
                ),
            ];
    }

    private static double Worth(string code, IReadOnlyList<SuggestedSkill> byWords, Shares shares)
    {
        var said = byWords.FirstOrDefault(skill => skill.Code == code)?.Confidence ?? 0;
        return (ExampleWeight * Math.Log(shares.Of(code) + LeastShare)) + Math.Log(Math.Max(said, LeastConfidence) / LeastConfidence);
    }

    private static SuggestedSkill Further(
        string text,
        string code,
        IReadOnlyList<SuggestedSkill> byWords,
        Shares shares,
        TradesByExample trades
    )
    {
        var place = Enumerable.Range(0, byWords.Count).FirstOrDefault(at => byWords[at].Code == code, -1);
        var confidence =
            place > 0 ? byWords[place].Confidence
            : place == 0 ? Math.Min(Overruled, byWords[0].Confidence)
            : Overruled * shares.Of(code);
        return Suggested(text, code, confidence, byWords, trades);
    }

    private static SuggestedSkill Suggested(
        string text,
        string code,
        double confidence,
        IReadOnlyList<SuggestedSkill> byWords,
        TradesByExample trades
    )
    {
        var words = byWords.FirstOrDefault(skill => skill.Code == code)?.Because ?? [];
        return new SuggestedSkill(code, Math.Round(confidence, 2), words.Count > 0 ? words : trades.Because(text, code, MostStretches));
    }

    /// <summary>How likely texts like this are of each skill.</summary>
    private readonly record struct Shares(TradesByExample Trades, float[] Values)
    {
        public float None => Values[Trades.NoneAt];

        public string Likeliest
        {
            get
            {
                var likeliest = Trades.NoneAt == 0 ? 1 : 0;
                for (var label = likeliest + 1; label < Values.Length; label++)
                {
                    likeliest = label != Trades.NoneAt && Values[label] > Values[likeliest] ? label : likeliest;
                }

                return Trades.Labels[likeliest];
            }
        }

        public float Of(string skill) => Trades.PlaceOf(skill) is >= 0 and var label ? Values[label] : 0;

        public IEnumerable<string> Above(float share)
        {
            for (var label = 0; label < Values.Length; label++)
            {
                if (label != Trades.NoneAt && Values[label] >= share)
                {
                    yield return Trades.Labels[label];
                }
            }
        }
    }
}
