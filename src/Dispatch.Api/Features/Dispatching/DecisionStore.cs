using System.Text.Json;
using System.Text.Json.Serialization;
using Dispatch.Api.Features.Reference;
using Dispatch.Api.Http;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Sealing;
using Dispatch.Domain.Matching;
using Dispatch.Domain.Teams;

namespace Dispatch.Api.Features.Dispatching;

/// <summary>Keeps what offers were decided on, so that their ranking can be shown again.</summary>
internal sealed class DecisionStore(Session db, Seal seal, Catalogue catalogue, TimeProvider clock)
{
    private static readonly JsonSerializerOptions Shape = Configure();

    /// <summary>Keeps a match that these candidates are asked by.</summary>
    public async Task<Guid> Keep(MatchResult match, IReadOnlyCollection<Candidate> asked)
    {
        var id = Guid.CreateVersion7(clock.GetUtcNow());
        await db.Execute(
            "insert into match_decision (decision_id, request_id, decided_at, content) values (@id, @RequestId, @At, @content)",
            new
            {
                id,
                match.Need.RequestId,
                match.At,
                content = seal.Close(PlaceOf(id), JsonSerializer.Serialize(Decision.Of(match, catalogue.Rules, asked), Shape)),
            }
        );
        return id;
    }

    public async Task<Decision> Find(Guid id)
    {
        var row = await db.Find<ContentRow>("select content from match_decision where decision_id = @id", new { id });
        return JsonSerializer.Deserialize<Decision>(seal.Open(PlaceOf(id), row!.Content), Shape)!;
    }

    // The distances of several teams tell the place.
    private static SealedPlace PlaceOf(Guid decisionId) => new("match_decision", "content", decisionId);

    private static JsonSerializerOptions Configure()
    {
        var options = JsonShape.Configure(new JsonSerializerOptions(JsonSerializerOptions.Strict));
        options.Converters.Insert(0, new PackedFacts());
        return options;
    }

    /// <summary>Facts of an eligible team as a row of numbers: what refuses a team is not so of it.</summary>
    private sealed class PackedFacts : JsonConverter<TeamFacts>
    {
        public override TeamFacts Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var numbers = JsonSerializer.Deserialize<double[]>(ref reader, options)!;
            return new TeamFacts
            {
                Opens = (Tier)numbers[0],
                Level = (int)numbers[1],
                OffersForm = true,
                Brings = (uint)numbers[2],
                SameDomain = (int)numbers[3],
                Capacity = (int)numbers[4],
                Active = (int)numbers[5],
                Pending = (int)numbers[6],
                Resting = numbers[7] > 0,
                Confirmed = (int)numbers[8],
                Solved = (int)numbers[9],
                Wait = (int)numbers[10],
                ServedBefore = numbers[11] > 0,
                Journey = numbers.Length > 12 ? new Journey(numbers[12], numbers[13]) : null,
            };
        }

        public override void Write(Utf8JsonWriter writer, TeamFacts value, JsonSerializerOptions options)
        {
            double[] numbers =
            [
                (int)value.Opens,
                value.Level,
                value.Brings,
                value.SameDomain,
                value.Capacity,
                value.Active,
                value.Pending,
                value.Resting ? 1 : 0,
                value.Confirmed,
                value.Solved,
                value.Wait ?? 0,
                value.ServedBefore ? 1 : 0,
            ];
            JsonSerializer.Serialize(writer, value.Journey is { } journey ? [.. numbers, journey.Km, journey.Minutes] : numbers, options);
        }
    }

    private sealed record ContentRow
    {
        public string Content { get; init; } = "";
    }
}
