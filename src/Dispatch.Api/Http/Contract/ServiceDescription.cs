using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Dispatch.Api.Http.Contract;

/// <summary>What the contract says about the service as a whole, and the parts its operations refer to.</summary>
internal sealed class ServiceDescription : IOpenApiDocumentTransformer
{
    private const string Bearer = "bearer";

    /// <summary>Every tag an operation may carry, in the order of the work.</summary>
    public static readonly IReadOnlyList<(string Name, string Description)> Tags =
    [
        ("Regions", "Places by GB/T 2260 code, name path and point. 行政区划"),
        ("Skills", "Trades and what they are called by the people who need them. 技能目录"),
        ("Teams", "Volunteer teams of craftsmen: where, what, when, how many at once. 服务队"),
        ("Requests", "Calls for help and their way from open to closed. 点单"),
        ("Lessons", "What confirmed corrections teach, version by version. 更正与学习"),
        ("Matching", "Which teams fit a request, and why the others do not. 匹配"),
        ("Dispatch runs", "Many requests planned at once, with the proof that no plan is better, and committed as offers. 批量派单"),
        ("Offers", "A request laid before a team, answered once. 派单、接单"),
        ("Visits", "Each visit from its appointment to its report. 服务过程"),
        ("Track", "The requester without an account follows, confirms and replies by a track token. 进度查询、评单"),
        ("Notices", "What a person must learn now. 通知"),
        ("Reports", "Figures that lead back to their records. 统计"),
        ("Exports", "Records and reports taken away as CSV, as a spreadsheet and as JSON; long ones are fetched later. 导出"),
        ("Imports", "Files of requests, teams, members, past services and published figures, read row by row. 导入"),
        ("Service records", "What a volunteer did, and certificates anybody can check. 志愿服务记录与证明"),
        ("Sessions", "Sign-in by name and password, for sites without an identity provider. 登录"),
        ("Accounts", "Who may sign in, as what, and how far. 账号"),
        ("Clients", "Systems that hand requests over, and their keys. 接入系统"),
        ("Approvals", "What one person asks and another decides: erasure, exports with names, roles over a city or further. 双人审批"),
        (
            "Personal data",
            "What is held of persons, and what they may ask for: a copy, correction, erasure, a person who decides. 个人信息权利"
        ),
        ("Permissions", "Who may do what, and how far it reaches. 权限"),
        ("Audit", "Who did what, and who saw what of whom; lines that prove themselves. 审计"),
        ("Health", "Whether the process lives and is ready. 运行状态"),
    ];

    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Dispatch",
            Version = "1.0.0",
            Description = """
                工会劳模工匠志愿服务：点单、派单、接单、评单。每一次服务从提出到办结全程可查。

                Volunteer teams of skilled workers help firms and farmers: a help request comes in, fitting teams are ranked and
                explained, one is offered the request and accepts, visits are tracked, the requester confirms, the union reports.

                JSON in UTF-8, members in camelCase, codes in snake_case, times in RFC 3339 with an offset (answers in UTC). Unknown
                members of a body and unknown query parameters are refused; ignore members of an answer you do not know.
                """.ReplaceLineEndings("\n"),
            Contact = new OpenApiContact { Name = "Dispatch operators" },
            License = new OpenApiLicense { Name = "All rights reserved" },
        };
        document.Servers =
        [
            Server("/", "Local development: the machine that serves this document.", isInternal: true),
            Server("https://{host}", "Production: the union's own installation.", isInternal: false),
        ];
        document.Servers[1].Variables = new Dictionary<string, OpenApiServerVariable>(StringComparer.Ordinal)
        {
            ["host"] = new() { Default = "localhost", Description = "The host name of the installation." },
        };

        DescribeTags(document);
        ContractHeaders.AddTo(document);
        document.AddComponent(ContractProblems.SchemaName, ContractProblems.Schema());
        foreach (var (status, refusal) in ContractProblems.ByStatus)
        {
            document.AddComponent(refusal.Name, ContractProblems.Answer(status, document));
        }

        document.AddComponent<IOpenApiSecurityScheme>(
            Bearer,
            new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                BearerFormat = "JWT",
                Description =
                    "An access token (RFC 9068) of the issuer of the site or of `POST /v1/sessions`, checked as RFC8725 asks: allowed algorithms only, typ, iss, aud, exp and nbf. Systems send their key (`dk_…`) in the same place.",
            }
        );
        document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, document)] = [] }];
        return Task.CompletedTask;
    }

    private static void DescribeTags(OpenApiDocument document)
    {
        var used = (document.Paths ?? [])
            .Values.SelectMany(path => path.Operations?.Values ?? Enumerable.Empty<OpenApiOperation>())
            .SelectMany(operation => operation.Tags ?? new HashSet<OpenApiTagReference>())
            .Select(tag => tag.Name)
            .ToHashSet(StringComparer.Ordinal);
        document.Tags = Tags.Where(tag => used.Contains(tag.Name))
            .Select(tag => new OpenApiTag { Name = tag.Name, Description = tag.Description })
            .ToHashSet();
    }

    private static OpenApiServer Server(string url, string description, bool isInternal) =>
        new()
        {
            Url = url,
            Description = description,
            Extensions = new Dictionary<string, IOpenApiExtension>(StringComparer.Ordinal)
            {
                ["x-internal"] = new JsonNodeExtension(JsonValue.Create(isInternal)),
            },
        };
}
