namespace Dispatch.Api.Generating;

/// <summary>The clock of what is made up: it stands where it was put, and is put from one act to the next.</summary>
/// <param name="real">What is no part of the scenario happens by this one.</param>
internal sealed class ScenarioClock(TimeProvider real) : TimeProvider
{
    private long ticks = real.GetUtcNow().UtcTicks;

    public override DateTimeOffset GetUtcNow() => new(Volatile.Read(ref ticks), TimeSpan.Zero);

    public void Put(DateTimeOffset at) => Volatile.Write(ref ticks, at.UtcTicks);

    /// <summary>What is written next is no part of the scenario, and happens now.</summary>
    public void PutToNow() => Put(real.GetUtcNow());
}
