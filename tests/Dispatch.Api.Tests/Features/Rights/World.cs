using System.Data.Common;
using System.Net;
using System.Text.Json.Nodes;
using Dapper;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Auditing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Api.Tests.Features.Rights;

/// <summary>People with words that stand nowhere else, and what they ask for.</summary>
internal static class World
{
    public const string Yuhuan = "331083";

    /// <summary>A call whose every word can be found again.</summary>
    public static object Call(
        string name,
        string phone,
        string text = "鱼塘增氧机跳闸",
        string region = Yuhuan,
        object[]? consents = null
    ) =>
        new
        {
            requester = Farmer(name, phone),
            text = $"我是{name}，{text}，请来看看，电话{phone}。",
            skills = new[] { new { code = "agr-citrus" } },
            location = new
            {
                regionCode = region,
                address = name + "家门牌七号",
                lat = region == Yuhuan ? 28.2531 : 28.45,
                lng = region == Yuhuan ? 121.2828 : 119.93,
            },
            channel = "phone",
            consents,
        };

    private static object Farmer(string name, string phone) =>
        new
        {
            kind = "farmer",
            name,
            phone,
            contact = name + "的经办人",
        };

    /// <summary>Held for safety until an officer has looked.</summary>
    public static object InDanger(string name, string phone) =>
        new
        {
            requester = Farmer(name, phone),
            text = "老人胸口痛一小时还在冒冷汗，医疗服务队能不能马上来？",
            location = new { regionCode = Yuhuan },
        };

    /// <summary>Closed as solved, with a report, a visit and the requester's word, all of which name the person.</summary>
    public static async Task<Guid> AClosedRequest(this RunningService service, string name, string phone)
    {
        var (request, _) = await service.Given.ACompletedVisit(
            call: Call(name, phone),
            report: new
            {
                findings = $"{name}家的开关受潮。",
                minutes = 80,
                personTimes = 1,
                problems = new[]
                {
                    new
                    {
                        title = $"{name}的增氧机漏电",
                        skill = "agr-citrus",
                        result = "solved",
                    },
                },
                trainings = new[]
                {
                    new
                    {
                        topic = $"在{name}家讲用电",
                        sessions = 1,
                        attendances = 3,
                        hours = 1.5,
                    },
                },
            }
        );
        await service
            .Leader(Given.Expert)
            .Post($"/v1/requests/{request}/resolve", new { result = "solved", summary = $"{name}家已修好。" })
            .Must();
        await service
            .Officer()
            .Post(
                $"/v1/requests/{request}/confirm",
                new
                {
                    solved = true,
                    rating = 5,
                    comment = $"{name}很满意",
                }
            )
            .Must();
        return request;
    }

    public static async Task<Guid> AskErasure(this RunningService service, object what, string? region = Yuhuan) =>
        (await service.As("officer", region, subject: "asker").Post("/v1/erasures", what).Must(HttpStatusCode.Created)).Id();

    public static Task<JsonNode> Approve(this RunningService service, Guid approval) =>
        service.As("officer", subject: "approver").Post($"/v1/approvals/{approval}/approve").Must();

    /// <summary>Both officers have said yes.</summary>
    public static async Task Erase(this RunningService service, Guid request) =>
        await service.Approve(await service.AskErasure(new { requestId = request, reason = "本人来电要求" }));

    /// <summary>Where these words stand in the database: every text column of every table, and the sealed ones opened by nobody.</summary>
    public static async Task<IReadOnlyList<string>> Find(this RunningService service, params string[] words)
    {
        await using var connection = service.Connection();
        await connection.OpenAsync();
        var found = new List<string>();
        foreach (var (table, column) in await Columns(connection))
        {
            foreach (var word in words)
            {
                if (
                    await connection.ExecuteScalarAsync<long>(
                        $"select count(*) from {table} where cast({column} as text) like @like",
                        new { like = $"%{word}%" }
                    ) > 0
                )
                {
                    found.Add($"{table}.{column}: {word}");
                }
            }
        }

        return found;
    }

    private static async Task<IReadOnlyList<(string Table, string Column)>> Columns(DbConnection connection)
    {
        var sql =
            connection is SqliteConnection
                ? "select m.name || ' ' || p.name from sqlite_master m join pragma_table_info(m.name) p where m.type = 'table' and m.name not like 'sqlite%' and lower(p.type) = 'text'"
                : "select table_name || ' ' || column_name from information_schema.columns where table_schema = 'public' and data_type = 'text'";
        return [.. (await connection.QueryAsync<string>(sql)).Select(pair => (pair.Split(' ')[0], pair.Split(' ')[1]))];
    }

    /// <summary>One value of one row, as it is stored.</summary>
    public static async Task<T?> Stored<T>(this RunningService service, string sql, object args)
    {
        await using var scope = service.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<Session>().Value<T>(sql, args);
    }

    /// <summary>Past the service, as nothing it does would write it.</summary>
    public static async Task Write(this RunningService service, string sql, object args)
    {
        await using var scope = service.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<Session>();
        await service
            .Services.GetRequiredService<Database>()
            .Write(db, Chore.SignOfLife, () => db.Execute(sql, args), CancellationToken.None);
    }
}
