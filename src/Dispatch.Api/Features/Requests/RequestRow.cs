using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Domain.Requests;
using Dispatch.Domain.Safety;

namespace Dispatch.Api.Features.Requests;

/// <summary>A help request as it is stored.</summary>
internal sealed record RequestRow : IRegional, IConfidential
{
    public Guid RequestId { get; init; }
    public string Reference { get; init; } = "";
    public string State { get; init; } = "";
    public long Version { get; init; }
    public string Tier { get; init; } = "";
    public string? Queue { get; init; }
    public bool Automatic { get; init; }
    public string RequesterKind { get; init; } = "";

    /// <summary>Who asks and where exactly, sealed; <see cref="Persons"/> opens it.</summary>
    public string Person { get; init; } = "";

    /// <summary>What tells one requester from another, as words nobody can read back.</summary>
    public string RequesterKey { get; init; } = "";
    public string? RequesterSubject { get; init; }
    public string Text { get; init; } = "";

    /// <summary>The first skill that counts. None: nobody has understood yet what is asked for.</summary>
    public string? MainSkill { get; init; }
    public string RegionCode { get; init; } = "";
    public string? CountyCode { get; init; }
    public string? CityCode { get; init; }
    public string? ProvinceCode { get; init; }

    /// <summary>To two decimals, for lists and maps; the exact point is sealed.</summary>
    public double Lat { get; init; }

    /// <inheritdoc cref="Lat"/>
    public double Lng { get; init; }
    public string? GivenCrs { get; init; }
    public string Urgency { get; init; } = "";
    public string Form { get; init; } = "";
    public string Mode { get; init; } = "";
    public string Channel { get; init; } = "";
    public string Confidentiality { get; init; } = "";
    public Guid? PreferredTeamId { get; init; }
    public string? ExternalSource { get; init; }
    public string? ExternalNumber { get; init; }
    public string? SafetyKind { get; init; }
    public bool SafetyHeld { get; init; }

    /// <summary>The epidemic is suspected among people, not among animals.</summary>
    public bool SafetyPeople { get; init; }

    /// <summary>The officer who has the held request in hand.</summary>
    public string? SafetyHandler { get; init; }
    public string? HeldFrom { get; init; }
    public DateTimeOffset? AcceptedAt { get; init; }
    public string? Result { get; init; }
    public string? Summary { get; init; }
    public DateTimeOffset? ResolvedAt { get; init; }
    public string? Outcome { get; init; }
    public DateTimeOffset? ClosedAt { get; init; }
    public string? CancelReason { get; init; }
    public Guid? DuplicateOf { get; init; }
    public Guid? LikelyDuplicateOf { get; init; }
    public bool DuplicateDenied { get; init; }
    public Guid? SplitFrom { get; init; }
    public Guid? ReopenedFrom { get; init; }
    public int ReopenCount { get; init; }

    /// <summary>Several teams take it together.</summary>
    public bool Joint { get; init; }

    /// <summary>What the telephone number is found by, as words nobody can read back.</summary>
    public string? PhoneKey { get; init; }

    /// <summary>From then on nothing of the person is left.</summary>
    public DateTimeOffset? ErasedAt { get; init; }

    /// <summary>The requester does not want teams to have the number: the office calls.</summary>
    public bool ContactWithheld { get; init; }

    /// <summary>The requester does not want the case told to others.</summary>
    public bool PublicationRefused { get; init; }

    /// <summary>The requester wants an officer to choose the team.</summary>
    public bool AsksOfficer { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset ChangedAt { get; init; }

    public HelpRequestState StateNow => Words.To<HelpRequestState>(State);

    public Urgency UrgencyNow => Words.To<Urgency>(Urgency);

    /// <summary>What is said of the danger in the text; null when there is none.</summary>
    public SafetyWarning? Warning() =>
        SafetyKind is null
            ? null
            : SafetyWarning.Of(Words.To<Domain.Safety.SafetyKind>(SafetyKind), SafetyPeople ? Among.People : Among.Animals);

    /// <summary>Nothing goes out by itself before a person has looked: at a danger, at a proposed referral, at a likely duplicate, at a text nobody understood,
    /// at what its requester wants an officer to decide.</summary>
    public bool WaitsForPerson =>
        SafetyHeld || Warning() is { Refers: true } || LikelyDuplicateOf is not null || MainSkill is null || AsksOfficer;

    /// <summary>Its text goes into no notice.</summary>
    public bool IsConfidential => this.IsSecret() || this.HidesBeneficiary();

    public bool IsEmergency => UrgencyNow == Domain.Requests.Urgency.Emergency;
}
