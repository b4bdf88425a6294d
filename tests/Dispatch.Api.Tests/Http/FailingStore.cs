using Dispatch.Api.Storage;
using Dispatch.Faults.Ground;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Api.Tests.Http;

/// <summary>The service on a store whose next write fails as the test says.</summary>
public sealed class ServiceOnAFailingStore : RunningService
{
    private Func<Exception>? fault;

    /// <summary>None: it works again.</summary>
    public void FailWith(Func<Exception>? next) => fault = next;

    protected override void Replace(IServiceCollection services) =>
        AroundDatabase.Replace(services, real => new FailingStore(real, () => fault));

    private sealed class FailingStore(Database real, Func<Func<Exception>?> next) : AroundDatabase(real)
    {
        public override Task Write(Session session, Func<Task> work, CancellationToken ct) =>
            next() is { } fault ? throw fault() : Real.Write(session, work, ct);
    }
}
