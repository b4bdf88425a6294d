using System.Globalization;
using System.Net;
using Xunit;

namespace Dispatch.Api.Tests.Features.Imports;

public sealed class ListImportsTests(RunningService service) : IClassFixture<RunningService>
{
    private const string Place = "330400";

    [Fact]
    public async Task The_newest_stands_first_and_pages_neither_skip_nor_repeat()
    {
        var imports = new List<Guid>();
        foreach (var prefix in new[] { "L1", "L2", "L3" })
        {
            imports.Insert(0, (await service.AReadImport(Files.Requests(1, prefix), "requests", client: Officer("lister"))).Id());
            service.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        var listed = new List<Guid>();
        for (var path = "/v1/imports?madeBy=lister&page_size=2"; path is not null; )
        {
            var page = await Officer("lister").Read(path);
            listed.AddRange(page["items"]!.AsArray().Select(item => item!.Id()));
            path = page["next"]?.GetValue<string>();
        }

        Assert.Equal(imports, listed);
    }

    [Fact]
    public async Task An_item_says_what_came_of_it_as_the_import_itself_does()
    {
        var import = await service.AReadImport(Files.Requests(1, "I"), "requests", client: Officer("itemised"));
        var item = (await Officer("itemised").Read("/v1/imports?madeBy=itemised"))["items"]!.AsArray().Single()!;
        foreach (var (name, value) in item.AsObject())
        {
            Assert.Equal(import[name]?.ToJsonString(), value?.ToJsonString());
        }

        Assert.Equal(0, item["problems"]!.GetValue<int>());
        Assert.Equal(1, item["rows"]!["taken"]!.GetValue<int>());
    }

    [Fact]
    public async Task It_is_asked_for_by_kind_state_person_and_day()
    {
        var requests = await service.AReadImport(Files.Requests(1, "W"), "requests", client: Officer("asker"));
        var figures = await service.AnImport(
            "code,document,indicator,value,qualifier,unit,what,period,kind,regionCode\nLI-1,x,services,1,exact,services,x,2024,S,331083\n",
            "published-figures",
            client: Officer("asker")
        );
        Assert.Equal([requests.Id()], await Listed("kind=requests&madeBy=asker"));
        Assert.Equal([figures.Id()], await Listed("kind=published-figures&madeBy=asker"));
        Assert.Equal([figures.Id()], await Listed("state=waiting&madeBy=asker"));
        Assert.Equal([requests.Id()], await Listed("state=done&madeBy=asker"));
        Assert.Empty(await Listed("madeBy=nobody"));
        await service.WorkImports();

        var today = service.Clock.GetUtcNow().ToOffset(TimeSpan.FromHours(8)).Date;
        Assert.Equal(2, (await Listed($"madeBy=asker&from={Day(today)}&to={Day(today)}")).Count);
        Assert.Empty(await Listed($"madeBy=asker&from={Day(today.AddDays(1))}"));
        Assert.Empty(await Listed($"madeBy=asker&to={Day(today.AddDays(-1))}"));
        foreach (var wrong in new[] { "kind=wishes", "state=lost", $"from={Day(today)}&to={Day(today.AddDays(-1))}", "page_size=0" })
        {
            await Officer("asker").GetAsync("/v1/imports?" + wrong).MustRefuse(HttpStatusCode.BadRequest, "query.invalid");
        }
    }

    [Fact]
    public async Task Nobody_is_shown_what_another_region_brought()
    {
        var import = await service.AReadImport(Files.Requests(1, "Z"), "requests", client: Officer("of-the-county"));
        Assert.Equal([import.Id()], await Listed("madeBy=of-the-county", service.Officer("331000")));
        Assert.Empty(await Listed("madeBy=of-the-county", service.Officer(Place)));
        var whole = (await service.AReadImport(Files.Requests(1, "Y"), "requests", client: service.As("officer", subject: "of-all"))).Id();
        Assert.Equal([whole], await Listed("madeBy=of-all", service.Officer()));
        Assert.Empty(await Listed("madeBy=of-all", Officer("of-the-county")));
    }

    private HttpClient Officer(string subject) => service.As("officer", region: "331083", subject: subject);

    private static string Day(DateTime day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private async Task<IReadOnlyList<Guid>> Listed(string query, HttpClient? client = null) =>
        [.. (await (client ?? Officer("asker")).Read("/v1/imports?" + query))["items"]!.AsArray().Select(item => item!.Id())];
}
