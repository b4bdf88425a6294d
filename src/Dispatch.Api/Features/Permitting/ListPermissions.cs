using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Http.Contract;
using Dispatch.Api.Storage;

namespace Dispatch.Api.Features.Permitting;

/// <summary>Who may call an operation. A role that is not named may not.</summary>
/// <param name="Scope">What an integration client must have been let do; none where no client may call.</param>
internal sealed record PermissionView(string Operation, IReadOnlyList<ReachView> Reaches, Scope? Scope);

/// <param name="Role"><c>everyone</c>: without signing in.</param>
internal sealed record ReachView(string Role, Reach Reach);

/// <summary>What a reach means.</summary>
internal sealed record ReachMeaning(Reach Reach, Text Text);

internal sealed record PermissionsView(IReadOnlyList<PermissionView> Items, IReadOnlyList<ReachMeaning> Reaches);

/// <summary>The table the service lets in by.</summary>
internal static class ListPermissionsEndpoint
{
    public static void MapListPermissions(this IEndpointRouteBuilder v1) =>
        v1.MapGet("/permissions", Get)
            .WithTags("Permissions")
            .WithName("ListPermissions")
            .WithSummary("List who may do what, and how far it reaches")
            .WithMetadata(new PublicCatalogue())
            .ShowsMany()
            .AnswerConditionally();

    private static PermissionsView Get() =>
        new(
            [
                .. Permissions.All.Select(permission => new PermissionView(
                    permission.Operation,
                    [.. permission.Reaches.Select(cell => new ReachView(WordOf(cell.Key), cell.Value))],
                    permission.Scope
                )),
            ],
            [.. Enum.GetValues<Reach>().Select(reach => new ReachMeaning(reach, MeaningOf(reach)))]
        );

    private static string WordOf(Role role) => role == Role.Anonymous ? "everyone" : Words.Of(role);

    private static Text MeaningOf(Reach reach) =>
        reach switch
        {
            Reach.Everything => new("全部内容，不涉及他人隐私", "all there is of it: it is nobody's secret"),
            Reach.Country => new("全部内容，仅限不受地区限制者", "all there is of it, for those whose reach is no region"),
            Reach.Region => new(
                "本地区及其下级地区；不受地区限制者为全国",
                "what lies in one's region and below; everywhere where the reach is no region"
            ),
            Reach.Team => new(
                "本队被询问或承接的求助；可读取待认领的求助",
                "what one's team is asked for or has in hand, and for reading what waits to be claimed"
            ),
            Reach.Visits => new("本人被安排上门的服务及其求助", "the visits one is booked for, and the requests they are for"),
            Reach.Own => new("本人提出、转交或收到的内容", "what one posted, handed over or was told"),
            Reach.Bearer => new(
                "凭所持的跟踪码、密码或刷新令牌所对应的内容",
                "what the secret shown leads to: a track token, a password, a refresh token"
            ),
            _ => throw new ArgumentOutOfRangeException(nameof(reach), reach, message: null),
        };
}
