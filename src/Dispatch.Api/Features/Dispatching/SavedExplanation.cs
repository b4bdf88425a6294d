using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Dispatch.Api.Http;
using Dispatch.Domain.Matching;
using Dispatch.Domain.Skills;

namespace Dispatch.Api.Features.Dispatching;

/// <summary>What is kept with an offer: enough to show later why this team was asked, and to say it in the language of whoever reads it.</summary>
/// <param name="Reasons">The facts behind the candidate's parts, in their order.</param>
internal sealed record SavedExplanation(
    string? WeightsVersion,
    string? DecidedBecause,
    CandidateView? Candidate,
    IReadOnlyList<ScoreReason>? Reasons = null
)
{
    private static readonly JsonSerializerOptions Shape = Configure();

    public static string Of(Candidate candidate, string weightsVersion) =>
        Save(
            new SavedExplanation(weightsVersion, null, CandidateView.Of(candidate), [.. candidate.Score.Parts.Select(part => part.Reason)])
        );

    /// <summary>A person decided; there was no ranking.</summary>
    public static string OfPerson(string because) => Save(new SavedExplanation(null, because, null));

    public static OfferExplanation Read(string saved)
    {
        var kept = JsonSerializer.Deserialize<SavedExplanation>(saved, Shape)!;
        return new OfferExplanation(kept.WeightsVersion, kept.DecidedBecause, kept.Worded());
    }

    private static string Save(SavedExplanation explanation) => JsonSerializer.Serialize(explanation, Shape);

    // An offer from before the facts were kept has Chinese words in their place.
    private CandidateView? Worded() =>
        Candidate is null || Reasons is null
            ? Candidate
            : Candidate with
            {
                Parts = [.. Candidate.Parts.Zip(Reasons, (part, reason) => part with { Reason = Text.Of(Wording.Of(reason)) })],
            };

    private static JsonSerializerOptions Configure()
    {
        var options = JsonShape.Configure(new JsonSerializerOptions(JsonSerializerOptions.Strict));
        options.Converters.Add(new NamedSkill());
        ((DefaultJsonTypeInfoResolver)options.TypeInfoResolver!).Modifiers.Add(NameReasons);
        return options;
    }

    private static void NameReasons(JsonTypeInfo type)
    {
        if (type.Type != typeof(ScoreReason))
        {
            return;
        }

        type.PolymorphismOptions = new JsonPolymorphismOptions
        {
            TypeDiscriminatorPropertyName = "kind",
            DerivedTypes =
            {
                new JsonDerivedType(typeof(SkillReason), "skill"),
                new JsonDerivedType(typeof(NearnessReason), "nearness"),
                new JsonDerivedType(typeof(LoadReason), "load"),
                new JsonDerivedType(typeof(RecordReason), "record"),
                new JsonDerivedType(typeof(SoonnessReason), "soonness"),
                new JsonDerivedType(typeof(FamiliarityReason), "familiarity"),
            },
        };
    }

    /// <summary>A skill as it was called then: its synonyms are no part of a reason.</summary>
    private sealed class NamedSkill : JsonConverter<Skill>
    {
        public override Skill Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var name = JsonSerializer.Deserialize<Name>(ref reader, options)!;
            return new Skill(name.Code, name.Zh, name.En, null, null, []);
        }

        public override void Write(Utf8JsonWriter writer, Skill value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, new Name(value.Code, value.Zh, value.En), options);

        private sealed record Name(string Code, string Zh, string En);
    }
}
