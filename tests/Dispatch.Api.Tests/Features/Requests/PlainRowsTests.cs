using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Dispatch.Api.Storage;
using Dispatch.Api.Tests.Storage.Sealing;
using Npgsql;
using Xunit;

namespace Dispatch.Api.Tests.Features.Requests;

/// <summary>A database of the version that kept persons in clear is sealed at its first start with this one.</summary>
public sealed class PlainRowsTests(PlainRowsTests.Former service) : IClassFixture<PlainRowsTests.Former>
{
    private const string Phone = "+8613987650301";
    private const string Name = "旧册户主";
    private const string Contact = "旧册联络人";
    private const string Address = "清港镇旧册村7号";
    private const string Member = "旧册队员";
    private const string Token = "c29tZS10b2tlbi1vZi1vbGQ";
    private static readonly Guid Request = Guid.Parse("0198c5a2-6d3e-7c41-9a55-0e6f4b1d2c90");
    private static readonly string Digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Token)));

    [Fact]
    public async Task What_was_kept_in_clear_is_sealed_and_still_told()
    {
        var seen = await service.Request(Request);
        Assert.Equal(
            (Name, Phone, Contact),
            (seen["requester"]!.Text("name"), seen["requester"]!.Text("phone"), seen["requester"]!.Text("contact"))
        );
        Assert.Equal(
            (Address, 28.254917m, 121.284673m),
            (seen["location"]!.Text("address"), seen["location"]!.Number("lat"), seen["location"]!.Number("lng"))
        );
        Assert.Equal("gcj02", seen["location"]!.Text("givenCrs"));
        Assert.Equal(28.2521m, seen["location"]!.Number("givenLat"));
        Assert.Equal("20260531-KEPTBEF", (await service.Anonymous().Read($"/v1/track/{Token}")).Text("reference"));
        Assert.Empty(
            await Stored.Finds(
                service,
                [Phone[3..], Name, Contact, Address, Member, Token, Digest],
                [28.254917, 121.284673, 28.2521, 121.2891]
            )
        );
    }

    [Fact]
    public async Task The_same_requester_is_recognised_and_notices_are_still_his()
    {
        await using var connection = service.Connection();
        await connection.OpenAsync();
        var (request, notice) = (
            await connection.ExecuteScalarAsync<string>("select requester_key from help_request where reference = '20260531-KEPTBEF'"),
            await connection.ExecuteScalarAsync<string>("select recipient_key from notice where kind = 'result'")
        );
        Assert.Equal(request, notice);
        var again = await service.Given.AnOpenRequest(Calls.Told("家里文旦园有几棵树长势不好。", Name, Phone, skills: ["agr-citrus"]));
        Assert.Equal(Request, again.Id("likelyDuplicateOf"));
    }

    [Fact]
    public async Task The_number_of_a_request_from_before_is_found()
    {
        var found = (await service.Officer().Post("/v1/persons/look-up", new { phone = Phone }).Must()).Items();
        Assert.Contains(found, item => item.Id("requestId") == Request);
    }

    [Fact]
    public async Task A_restart_seals_nothing_twice()
    {
        var before = await Person();
        await service.Restart();
        Assert.Equal(before, await Person());

        async Task<string?> Person()
        {
            await using var connection = service.Connection();
            await connection.OpenAsync();
            return await connection.ExecuteScalarAsync<string>("select person from help_request where reference = '20260531-KEPTBEF'");
        }
    }

    /// <summary>Begins with a database as the version before left it.</summary>
    public sealed class Former : RunningService
    {
        private const int LastInClear = 16;

        // It is to have the schema of then.
        protected override Task<TestDatabase> MakeDatabase() => TestDatabase.Create();

        protected override async Task Prepare()
        {
            Directory.CreateDirectory(Data);
            // What this writes is read as the service writes it, whether or not another test has started one already.
            ColumnTypes.Register();
            await using var connection = Connection(readOnly: false);
            await connection.OpenAsync();
            Migrations.Apply(connection, new Dictionary<int, Action<DbConnection>>(), LastInClear);
            if (connection is NpgsqlConnection)
            {
                // Regions and teams come with the first start.
                await connection.ExecuteAsync("set session_replication_role = replica");
            }

            var at = Clock.GetUtcNow().AddDays(-1);
            var values = new
            {
                Request,
                Name,
                Phone,
                Contact,
                Address,
                Written = Member,
                key = $"person:{Name}|{Phone}",
                Digest,
                at,
                notice = Guid.NewGuid(),
                member = Guid.NewGuid(),
                team = RunningService.TeamId(Given.Expert),
                scope = $"anonymous POST /v1/track/{Token}/reply",
                sent = new string('a', 64),
                decision = Guid.NewGuid(),
            };
            await connection.ExecuteAsync(
                """
                insert into help_request (request_id, reference, state, version, tier, queue, requester_kind, requester_name, requester_phone, requester_contact,
                    requester_key, text, main_skill, region_code, county_code, city_code, province_code, address, lat, lng, given_lat, given_lng, given_crs, urgency, form, mode,
                    channel, confidentiality, track_hash, created_at, changed_at)
                values (@Request, '20260531-KEPTBEF', 'open', 3, 'county', 'dispatch', 'farmer', @Name, @Phone, @Contact,
                    @key, '叶子发黄', 'agr-citrus', '331083', '331083', '331000', '330000', @Address, 28.254917, 121.284673, 28.2521, 121.2891, 'gcj02', 'normal', 'on_site', 'one_to_one',
                    'phone', 'normal', @Digest, @at, @at)
                """,
                values
            );
            await connection.ExecuteAsync(
                """
                insert into notice (notice_id, recipient, recipient_key, request_id, kind, text, text_en, created_at)
                values (@notice, 'requester', @key, @Request, 'result', '已答复', 'answered', @at)
                """,
                values
            );
            await connection.ExecuteAsync(
                "insert into member (member_id, team_id, name, leader, version) values (@member, @team, @Written, false, 1)",
                values
            );
            await connection.ExecuteAsync(
                """
                insert into idempotent_answer (scope, idempotency_key, fingerprint, status, body, kept_at) values (@scope, 'k', @sent, 200, 'AAAA', @at)
                """,
                values
            );
            await connection.ExecuteAsync(
                "insert into match_decision (decision_id, request_id, decided_at, content) values (@decision, @Request, @at, '{\"km\":28.254917}')",
                values
            );
        }
    }
}
