using System.Net;
using System.Text.Json.Nodes;
using Xunit;

namespace Dispatch.Api.Tests.Features.Requests;

/// <summary>Telephone numbers come in as people write them and are shown in the form of E.164.</summary>
public sealed class RequesterPhoneTests(RunningService service) : IClassFixture<RunningService>
{
    [Theory]
    [InlineData("13800138000", "+8613800138000", "138****8000")]
    [InlineData(" +86 138-0013-8000", "+8613800138000", "138****8000")]
    [InlineData("１３８００１３８０００", "+8613800138000", "138****8000")]
    [InlineData("0576-87221234", "+8657687221234", "0576****34")]
    [InlineData("(010) 6255 1234", "+861062551234", "010****34")]
    [InlineData("400-800-1234", "+864008001234", "400****34")]
    [InlineData("95598", "+8695598", "95****")]
    public async Task A_number_is_shown_whole_to_the_office_and_masked_to_the_auditor(string written, string whole, string masked)
    {
        var request = (await service.Officer().Post("/v1/requests", Call(written)).Must(HttpStatusCode.Created)).Id();
        Assert.Equal(whole, (await Requester(service.Officer(), request)).Text("phone"));
        Assert.Equal(masked, (await Requester(service.As("auditor"), request)).Text("phone"));
    }

    [Theory]
    [InlineData("87221234")]
    [InlineData("12351")]
    [InlineData("400-800-123")]
    [InlineData("+1 415 555 2671")]
    [InlineData("电话")]
    public async Task What_is_no_number_is_refused(string written)
    {
        var problem = await service
            .Officer()
            .Post("/v1/requests", Call(written))
            .MustRefuse(HttpStatusCode.UnprocessableEntity, "body.invalid");
        Assert.Equal("#/requester/phone", problem["errors"]![0]!.Text("pointer"));
        Assert.Equal("phone", problem["errors"]![0]!.Text("code"));
    }

    private static async Task<JsonNode> Requester(HttpClient client, Guid request) =>
        (await client.Read($"/v1/requests/{request}"))["requester"]!;

    private static object Call(string phone) =>
        new
        {
            requester = new
            {
                kind = "farmer",
                name = "文旦种植户甲",
                phone,
            },
            text = "家里文旦园有几棵树长势不好。",
            location = new { regionCode = "331083" },
        };
}
