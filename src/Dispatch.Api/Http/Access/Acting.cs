namespace Dispatch.Api.Http.Access;

/// <summary>Who the service acts for where no request is being answered: what an officer has ordered is done in that officer's name.</summary>
internal sealed class Acting
{
    public Caller? Caller { get; set; }
}
