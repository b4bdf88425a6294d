namespace Dispatch.Benchmarks;

/// <summary>Many connections to one server.</summary>
internal sealed class Wires(IReadOnlyList<Wire> all) : IDisposable
{
    public Wire First => all[0];

    public static async Task<Wires> Open(Uri address, int count)
    {
        var all = Enumerable.Range(0, count).Select(_ => new Wire(address)).ToList();
        foreach (var wire in all)
        {
            await wire.Connect();
        }

        return new Wires(all);
    }

    /// <summary>What the bare server says a flush takes here and now, in milliseconds.</summary>
    public async Task<double> FlushTime()
    {
        var reply = await First.Get("/flush");
        return System.Text.Json.JsonSerializer.Deserialize(reply.Body.Span, BareJson.Default.Flushed)!.Milliseconds;
    }

    public IReadOnlyList<Func<Task<bool>>> Each(Func<Wire, int, ValueTask<Reply>> call) =>
        [.. all.Select((wire, number) => (Func<Task<bool>>)(async () => (await call(wire, number)).IsSuccess))];

    public IEnumerable<T> Select<T>(Func<Wire, int, T> selected) => all.Select(selected);

    public void Dispose()
    {
        foreach (var wire in all)
        {
            wire.Dispose();
        }
    }
}
