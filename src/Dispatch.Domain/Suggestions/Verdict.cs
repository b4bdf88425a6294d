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
    /// <param name="known">Whether a skill of this code exists.</param>
    /// <param name="companion">Whether the skill may come with any trade.</param>
    public static IReadOnlyList<SuggestedSkill> Of(
        string text,
        IReadOnlyList<SuggestedSkill> byWords,
        Func<string, bool> known,
        Func<string, bool> companion
    )
    {
        var (shares, none) = TradesByExample.In(text);
        var ofTrade =
            byWords.Count > 0 && byWords[0].Confidence >= SureOfTrade && !companion(byWords[0].Code)
                ? Worth(byWords[0].Code, byWords, shares)
                : double.MaxValue;
        var weighed = byWords
            .Select(skill => skill.Code)
            .Concat(shares.Where(share => share.Value >= WorthNaming && known(share.Key)).Select(share => share.Key))
            .Distinct(StringComparer.Ordinal)
            .Select(code =>
                (Code: code, Worth: Math.Min(Worth(code, byWords, shares), companion(code) ? ofTrade - Behind : double.MaxValue))
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
        var rivals = weighed.Skip(1).Where(skill => ofTrade == double.MaxValue || !companion(skill.Code)).Select(skill => skill.Worth);
        var rival = rivals.FirstOrDefault(Worth("", byWords, shares));
        var agree = byWords.Count > 0 && byWords[0].Code == shares.MaxBy(share => share.Value).Key;
        var confidence = Confidence.OfMain(weighed[0].Worth, rival, agree, byWords.Count > 0, none);
        return confidence < (byWords.Count > 0 ? LeastMain : LeastUnnamed)
            ? []
            :
            [
                .. weighed.Select(
                    (skill, place) =>
                        place == 0 ? Suggested(text, skill.Code, confidence, byWords) : Further(text, skill.Code, byWords, shares)
                ),
            ];
    }

    private static double Worth(string code, IReadOnlyList<SuggestedSkill> byWords, IReadOnlyDictionary<string, float> shares)
    {
        var said = byWords.FirstOrDefault(skill => skill.Code == code)?.Confidence ?? 0;
        return (ExampleWeight * Math.Log(shares.GetValueOrDefault(code) + LeastShare))
            + Math.Log(Math.Max(said, LeastConfidence) / LeastConfidence);
    }

    private static SuggestedSkill Further(
        string text,
        string code,
        IReadOnlyList<SuggestedSkill> byWords,
        IReadOnlyDictionary<string, float> shares
    )
    {
        var place = Enumerable.Range(0, byWords.Count).FirstOrDefault(at => byWords[at].Code == code, -1);
        var confidence =
            place > 0 ? byWords[place].Confidence
            : place == 0 ? Math.Min(Overruled, byWords[0].Confidence)
            : Overruled * shares.GetValueOrDefault(code);
        return Suggested(text, code, confidence, byWords);
    }

    private static SuggestedSkill Suggested(string text, string code, double confidence, IReadOnlyList<SuggestedSkill> byWords)
    {
        var words = byWords.FirstOrDefault(skill => skill.Code == code)?.Because ?? [];
        return new SuggestedSkill(
            code,
            Math.Round(confidence, 2),
            words.Count > 0 ? words : TradesByExample.Because(text, code, MostStretches)
        );
    }
}
