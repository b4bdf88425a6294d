using System.Net;
using Xunit;

namespace Dispatch.Api.Tests.Features.Regions;

/// <summary>A region holds what lies below it, and its code is a name: no digits of it say what that is.</summary>
public sealed class RegionFilterTests(RegionFilterTests.WithEnclave service) : IClassFixture<RegionFilterTests.WithEnclave>
{
    // By its digits it would belong to 331000; it lies in 330400.
    private const string Enclave = "331099";

    [Theory]
    [InlineData("330000", true)]
    [InlineData("330400", true)]
    [InlineData("331000", false)]
    [InlineData("331083", false)]
    [InlineData(Enclave, true)]
    public async Task A_filter_follows_the_parents_and_not_the_digits(string region, bool holds)
    {
        var request = (
            await service
                .Officer()
                .Post(
                    "/v1/requests",
                    new
                    {
                        requester = new { kind = "farmer", name = "种植户" },
                        text = "飞地里的果树长势不好。",
                        location = new { regionCode = Enclave },
                    }
                )
                .Must(HttpStatusCode.Created)
        ).Id();
        var team = (
            await service
                .Officer()
                .Post(
                    "/v1/teams",
                    new
                    {
                        name = "飞地服务队",
                        kind = "county_team",
                        regionCode = Enclave,
                        size = 6,
                    }
                )
                .Must(HttpStatusCode.Created)
        ).Id();
        Assert.Equal(holds, (await Listed("requests", region)).Contains(request));
        Assert.Equal(holds, (await Listed("teams", region)).Contains(team));
        using var seen = await service.Officer(region).GetAsync($"/v1/requests/{request}");
        Assert.Equal(holds ? HttpStatusCode.OK : HttpStatusCode.NotFound, seen.StatusCode);
    }

    [Fact]
    public async Task The_children_of_a_region_are_those_that_name_it_as_parent()
    {
        Assert.Contains(Enclave, await Children("330400"));
        Assert.DoesNotContain(Enclave, await Children("331000"));
    }

    [Theory]
    [InlineData("33")]
    [InlineData("3310")]
    [InlineData("33108")]
    [InlineData("331083%")]
    [InlineData("331083_")]
    [InlineData("3310830")]
    public async Task The_beginning_of_a_code_is_no_region(string part)
    {
        foreach (var path in new[] { $"/v1/requests?region={part}", $"/v1/teams?region={part}", $"/v1/regions?parent={part}" })
        {
            var problem = await service.Officer().GetAsync(path).MustRefuse(HttpStatusCode.BadRequest, "query.invalid");
            Assert.Equal("region_unknown", problem["errors"]![0]!.Text("code"));
        }
    }

    [Fact]
    public async Task A_code_a_region_had_before_leads_to_it()
    {
        var today = await Listed("teams", "331083");
        Assert.NotEmpty(today);
        Assert.Equal(today, await Listed("teams", "331021"));
    }

    private async Task<IReadOnlyList<Guid>> Listed(string list, string region) =>
        [.. (await service.Officer().Read($"/v1/{list}?region={region}&page_size=200")).Items().Select(item => item.Id())];

    private async Task<IReadOnlyList<string>> Children(string parent) =>
        [.. (await service.Anonymous().Read($"/v1/regions?parent={parent}")).Items().Select(item => item.Text("code"))];

    /// <summary>The seeds and one county whose code says another city.</summary>
    public sealed class WithEnclave : RunningService
    {
        private readonly string seeds = MakeSeeds();

        protected override IEnumerable<string> Settings => [$"--Dispatch:Seeds={seeds}"];

        private static string MakeSeeds()
        {
            var folder = Directory.CreateTempSubdirectory("dispatch-seeds-").FullName;
            foreach (var file in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "seeds")))
            {
                File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
            }

            File.AppendAllText(Path.Combine(folder, "regions.csv"), $"{Enclave},飞地县,county,330400,30.5800,120.8800,\n");
            return folder;
        }
    }
}
