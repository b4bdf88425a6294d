using Dispatch.Api.Http;
using Dispatch.Api.Storage;

namespace Dispatch.Api.Features.Health;

/// <summary>Whether work may be sent here, and why not. The service listens from the first moment, and is ready when schema and reference data are.</summary>
internal sealed class Readiness(IConfiguration configuration, IHostApplicationLifetime lifetime)
{
    private const int DefaultLeastFreeMegabytes = 100;
    private const long Megabyte = 1024 * 1024;

    private readonly TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly long leastFree = configuration.GetValue("Dispatch:LeastFreeMegabytes", DefaultLeastFreeMegabytes) * Megabyte;

    /// <summary>Ends when everything that is served is in place.</summary>
    public Task Started => started.Task;

    public void Start() => started.TrySetResult();

    /// <summary>What is in the way, or null. Of the storage itself only what it said last: asking it is the caller's matter.</summary>
    public Refused? Obstacle(Database database) =>
        !Started.IsCompletedSuccessfully ? Starting()
        : lifetime.ApplicationStopping.IsCancellationRequested ? new(ProblemKinds.Unavailable, "服务正在停止。", "The service is stopping.")
        : !database.Healthy
            ? new(
                ProblemKinds.Unavailable,
                "存储曾经写入失败，须重启检查。",
                "The storage failed a write; it must be looked at and restarted."
            )
        : IsDiskNearlyFull() ? new(ProblemKinds.Unavailable, "磁盘空间将尽，请清理。", "The disk is nearly full. Free some space.")
        : null;

    public static Refused Starting() =>
        new(ProblemKinds.Unavailable, "服务正在启动，请稍后重试。", "The service is starting. Try again shortly.");

    private bool IsDiskNearlyFull()
    {
        var folder = new DirectoryInfo(Service.DataFolder(configuration));
        while (!folder.Exists && folder.Parent is { } parent)
        {
            folder = parent;
        }

        return new DriveInfo(folder.FullName).AvailableFreeSpace < leastFree;
    }
}

internal static class ReadinessGate
{
    private const string Liveness = "/health/live";

    /// <summary>Until everything is in place only liveness is answered.</summary>
    public static void UseReadiness(this WebApplication app)
    {
        var readiness = app.Services.GetRequiredService<Readiness>();
        app.Use(
            (context, next) =>
                readiness.Started.IsCompletedSuccessfully || context.Request.Path == Liveness ? next(context) : throw Readiness.Starting()
        );
    }
}
