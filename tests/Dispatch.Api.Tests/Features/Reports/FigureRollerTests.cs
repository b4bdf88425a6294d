using Dispatch.Api.Features.Reports;
using Dispatch.Api.Storage;
using Dispatch.Faults.Ground;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Dispatch.Api.Tests.Features.Reports;

public sealed class FigureRollerTests(FigureRollerTests.BusyService service) : IClassFixture<FigureRollerTests.BusyService>
{
    [Fact]
    public async Task What_is_marked_while_it_is_booked_waits_for_the_next_time()
    {
        for (var number = 0; number < 3; number++)
        {
            await service.Given.ACancelledRequest();
        }

        var roller = service.Services.GetRequiredService<FigureRoller>();
        var waiting = await Due();
        Assert.True(waiting >= 3);
        service.Busy.MarksEverything = true;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        Assert.Equal(waiting, await roller.BookWaiting(patience.Token));
        Assert.Equal(waiting, await Due());
        service.Busy.MarksEverything = false;
        Assert.Equal(waiting, await roller.BookWaiting(patience.Token));
        Assert.Equal(0, await Due());
    }

    private async Task<int> Due()
    {
        await using var scope = service.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<FigureBook>().CountDue();
    }

    /// <summary>Where every write is followed by a move of every request.</summary>
    public sealed class BusyService : RunningService
    {
        internal Marking Busy { get; private set; } = null!;

        protected override void Replace(IServiceCollection services) => AroundDatabase.Replace(services, real => Busy = new Marking(real));
    }

    internal sealed class Marking(Database real) : AroundDatabase(real)
    {
        public bool MarksEverything { get; set; }

        public override async Task Write(Session session, Func<Task> work, CancellationToken ct)
        {
            await Real.Write(session, work, ct);
            if (MarksEverything)
            {
                await using var other = new Session(Real);
                await Real.Write(
                    other,
                    () =>
                        other.Execute(
                            "insert into figure_due (request_id, mark) select request_id, 0 from help_request where 1 = 1 on conflict do nothing"
                        ),
                    ct
                );
            }
        }
    }
}
