using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Dispatch.Api.Storage.Auditing;
using Dispatch.Api.Storage.Sealing;
using Dispatch.Domain.Geography;

namespace Dispatch.Api.Features.Requests;

/// <summary>Who asks for help and where exactly: what is sealed of a request.</summary>
/// <param name="Lat">WGS 84.</param>
/// <param name="GivenLat">As it was given, in the system the request names.</param>
internal sealed record Person(
    string Name,
    string? Phone,
    string? CreditCode,
    string? Contact,
    string? Address,
    double Lat,
    double Lng,
    double? GivenLat,
    double? GivenLng
)
{
    [JsonIgnore]
    public GeoPoint Point => new(Lat, Lng);

    /// <summary>What a text may name him by.</summary>
    [JsonIgnore]
    public IEnumerable<string?> Names => [Name, Contact, Address];

    /// <summary>What of it, and beside it, is shown where nothing is masked.</summary>
    [JsonIgnore]
    public IEnumerable<PersonalDataClass> Whole =>
        new (PersonalDataClass Class, string? Value)[]
        {
            (PersonalDataClass.Phone, Phone),
            (PersonalDataClass.CreditCode, CreditCode),
            (PersonalDataClass.Contact, Contact),
            (PersonalDataClass.Address, Address),
        }
            .Where(part => part.Value is not null)
            .Select(part => part.Class)
            .Concat([PersonalDataClass.Name, PersonalDataClass.Point, PersonalDataClass.Text]);

    /// <summary>What of it is shown although the rest is masked.</summary>
    public IEnumerable<PersonalDataClass> Masked(bool hides) =>
        hides ? []
        : CreditCode is null ? [PersonalDataClass.Name]
        : [PersonalDataClass.Name, PersonalDataClass.CreditCode];
}

/// <summary>Opens and closes the person of a request. One value each, so that nothing of it is sealed without the rest.</summary>
internal sealed class Persons(Seal seal)
{
    private static readonly JsonSerializerOptions Shape = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        // It is read by nobody but this.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public Person Of(RequestRow request) => Open(request.RequestId, request.Person);

    public Person Open(Guid requestId, string closed) => JsonSerializer.Deserialize<Person>(seal.Open(PlaceOf(requestId), closed), Shape)!;

    public string Close(Guid requestId, Person person) => seal.Close(PlaceOf(requestId), JsonSerializer.Serialize(person, Shape));

    private static SealedPlace PlaceOf(Guid requestId) => new("help_request", "person", requestId);
}
