using Dispatch.Api.Storage.Sealing;

namespace Dispatch.Api.Features.Teams;

/// <summary>Opens and closes the name of a team's member.</summary>
internal sealed class MemberNames(Seal seal)
{
    public string Open(Guid memberId, string closed) => seal.Open(PlaceOf(memberId), closed);

    public string Close(Guid memberId, string name) => seal.Close(PlaceOf(memberId), name);

    private static SealedPlace PlaceOf(Guid memberId) => new("member", "person", memberId);
}
