using System.Net;
using Dispatch.Api.Features.Notices;
using Dispatch.Api.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Dispatch.Api.Tests.Features.Notices;

/// <summary>Whoever waits holds a connection: some waits for each, and so many in all.</summary>
public sealed class NoticeWaitsTests(RunningService service) : IClassFixture<RunningService>
{
    [Fact]
    public async Task One_caller_waits_so_many_times_at_once_and_others_are_not_kept_out()
    {
        var waits = service.Services.GetRequiredService<NoticeWaits>();
        var patient = service.As("requester", subject: "patient");
        var held = Enumerable.Range(0, NoticeWaits.MostOfOne).Select(_ => waits.Begin("patient")).ToList();
        await patient.GetAsync("/v1/notices?wait=1").MustRefuse(HttpStatusCode.TooManyRequests, "quota-exceeded");
        await patient.Read("/v1/notices");
        await service.As("requester", subject: "another").Read("/v1/notices?wait=1");
        held[0].Dispose();
        // A wait that is over leaves its room to the next.
        await patient.Read("/v1/notices?wait=1");
        await patient.Read("/v1/notices?wait=1");
        held.Skip(1).ToList().ForEach(wait => wait.Dispose());
    }

    [Fact]
    public void All_together_wait_so_many_times_and_every_end_makes_room()
    {
        var waits = new NoticeWaits();
        var begun = Enumerable.Range(0, NoticeWaits.MostInAll).Select(number => waits.Begin($"caller {number / 5}")).ToList();
        Assert.Equal(ProblemKinds.Overloaded, Assert.Throws<Refused>(() => waits.Begin("late")).Kind);
        begun[0].Dispose();
        waits.Begin("late").Dispose();
        begun.Skip(1).ToList().ForEach(wait => wait.Dispose());
        var own = Enumerable.Range(0, NoticeWaits.MostOfOne).Select(_ => waits.Begin("caller 0")).ToList();
        Assert.Equal(ProblemKinds.TooManyRequests, Assert.Throws<Refused>(() => waits.Begin("caller 0")).Kind);
        own[0].Dispose();
        waits.Begin("caller 0").Dispose();
    }
}
