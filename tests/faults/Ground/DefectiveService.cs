using System.Data.Common;
using Dispatch.Api;
using Dispatch.Api.Http;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Auditing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Matching;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Dispatch.Faults.Ground;

/// <summary>The service with one guarantee broken on purpose. The service itself knows nothing of it: the defect stands around it.</summary>
internal static class DefectiveService
{
    /// <summary>None.</summary>
    public const string Whole = "whole";

    /// <summary>Answers while the commit is still to come.</summary>
    public const string AnswersEarly = "answers-early";

    /// <summary>Takes a failed commit for a good one.</summary>
    public const string SaysYes = "says-yes";

    /// <summary>Forgets at once which keys it has seen.</summary>
    public const string ForgetsKeys = "forgets-keys";

    /// <summary>Says of every acceptance that it came first.</summary>
    public const string EverybodyFirst = "everybody-first";

    /// <summary>Waits for nobody when it is told to stop.</summary>
    public const string StopsAtOnce = "stops-at-once";

    /// <summary>Takes one command at a time, and any number of them waits.</summary>
    public const string OneAtATime = "one-at-a-time";

    /// <summary>Believes the machine's clock whatever it says.</summary>
    public const string BelievesTheClock = "believes-the-clock";

    /// <summary>Waits for nobody who holds the file, and lets the log grow.</summary>
    public const string WaitsForNobody = "waits-for-nobody";

    /// <summary>Turns lists and acceptances away alike.</summary>
    public const string EverythingAlike = "everything-alike";

    /// <summary>Reads every body to its end, and keeps it.</summary>
    public const string ReadsEverything = "reads-everything";

    /// <summary>Waits for nobody who works under the same key.</summary>
    public const string HoldsNoKeys = "holds-no-keys";

    /// <summary>Takes its own machine's word for what time it is.</summary>
    public const string OwnClock = "own-clock";

    private static readonly TimeSpan CommitLater = TimeSpan.FromMilliseconds(20);

    public static async Task<int> Run(string defect, string[] settings)
    {
        await Service.Run(
            Service.Build(
                defect == OneAtATime ? [.. settings, "--Dispatch:CommandsPerCommit=1"] : settings,
                builder =>
                {
                    Plant(defect, builder);
                    SetClock(defect, builder);
                }
            )
        );
        return 0;
    }

    private static void SetClock(string defect, WebApplicationBuilder builder)
    {
        var (own, machine) = (builder.Configuration[ShiftedClock.Setting], builder.Configuration[ShiftedClock.MachineSetting]);
        if ((own ?? machine) is not { } path)
        {
            return;
        }

        var clock = new ShiftedClock(path);
        builder.Services.Replace(
            own is not null || defect == BelievesTheClock
                ? ServiceDescriptor.Singleton<TimeProvider>(clock)
                : ServiceDescriptor.Singleton<TimeProvider>(provider => new EvenClock(
                    clock,
                    provider.GetRequiredService<ILogger<EvenClock>>()
                ))
        );
    }

    private static void Plant(string defect, WebApplicationBuilder builder)
    {
        var services = builder.Services;
        if (NextVersion.Knows(defect))
        {
            AroundDatabase.Replace(services, real => NextVersion.Around(defect, real, builder.Configuration));
            return;
        }

        switch (defect)
        {
            case AnswersEarly:
                AroundDatabase.Replace(services, real => new EarlyDatabase(real));
                break;
            case SaysYes:
                AroundDatabase.Replace(services, real => new YesDatabase(real));
                break;
            case ForgetsKeys:
                AroundDatabase.Replace(services, real => new ForgettingDatabase(real));
                break;
            case HoldsNoKeys:
                AroundDatabase.Replace(services, real => new HeedlessDatabase(real));
                break;
            case OwnClock:
                services.Replace(ServiceDescriptor.Singleton(TimeProvider.System));
                break;
            case EverybodyFirst:
                services.AddSingleton<IStartupFilter, FirstFilter>();
                break;
            case StopsAtOnce:
                services.PostConfigure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromMilliseconds(1));
                break;
            case Whole or OneAtATime or BelievesTheClock:
                break;
            case WaitsForNobody:
                AroundDatabase.Replace(services, real => new ImpatientDatabase(real));
                break;
            case EverythingAlike:
                services.AddSingleton<MatcherPolicy, AlikePolicy>();
                break;
            case ReadsEverything:
                services.AddSingleton<IStartupFilter, HoardingFilter>();
                break;
            default:
                throw new InvalidOperationException($"Nobody knows the defect {defect}.");
        }
    }

    private sealed class EarlyDatabase(Database real) : AroundDatabase(real)
    {
        public override async Task Write(Session session, Func<Task> work, CancellationToken ct)
        {
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var whole = Real.Write(
                session,
                async () =>
                {
                    await work();
                    session.BeforeCommit(() =>
                    {
                        done.TrySetResult();
                        Thread.Sleep(CommitLater);
                        return Task.CompletedTask;
                    });
                },
                ct
            );
            if (await Task.WhenAny(whole, done.Task) == whole)
            {
                await whole;
            }
        }
    }

    private sealed class YesDatabase(Database real) : AroundDatabase(real)
    {
        public override bool Healthy => true;

        public override async Task Write(Session session, Func<Task> work, CancellationToken ct)
        {
            try
            {
                await Real.Write(session, work, ct);
            }
            catch (Exception cause) when (cause is OutcomeUnknown or Microsoft.Data.Sqlite.SqliteException)
            {
                // Nobody is told.
            }
        }
    }

    private sealed class ForgettingDatabase(Database real) : AroundDatabase(real)
    {
        public override Task HoldKey(DbConnection connection, DbTransaction transaction, string key) => Task.CompletedTask;

        public override async Task Write(Session session, Func<Task> work, CancellationToken ct)
        {
            await Real.Write(session, work, ct);
            await Real.Write(session, Chore.Forgetting, () => session.Execute("delete from idempotent_answer"), ct);
        }
    }

    private sealed class ImpatientDatabase(Database real) : AroundDatabase(real)
    {
        public override Task Write(Session session, Func<Task> work, CancellationToken ct) =>
            Real.Write(
                session,
                async () =>
                {
                    await session.Value<long>("pragma busy_timeout = 0");
                    await session.Value<long>("pragma journal_size_limit = -1");
                    await work();
                },
                ct
            );
    }

    private sealed class HeedlessDatabase(Database real) : AroundDatabase(real)
    {
        public override Task HoldKey(DbConnection connection, DbTransaction transaction, string key) => Task.CompletedTask;
    }

    private sealed class FirstFilter : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) =>
            app =>
            {
                app.Use(
                    async (context, then) =>
                    {
                        var isAcceptance = context.Request.Path.Value?.EndsWith("/accept", StringComparison.Ordinal) == true;
                        if (isAcceptance)
                        {
                            context.Response.OnStarting(() =>
                            {
                                context.Response.StatusCode = StatusCodes.Status200OK;
                                return Task.CompletedTask;
                            });
                        }

                        await then(context);
                    }
                );
                next(app);
            };
    }

    private sealed class AlikePolicy : MatcherPolicy, IEndpointSelectorPolicy
    {
        public override int Order => int.MaxValue;

        public bool AppliesToEndpoints(IReadOnlyList<Endpoint> endpoints) => true;

        public Task ApplyAsync(HttpContext httpContext, CandidateSet candidates)
        {
            for (var index = 0; index < candidates.Count; index++)
            {
                if (candidates.IsValidCandidate(index) && candidates[index].Endpoint is { RequestDelegate: { } work } real)
                {
                    candidates.ReplaceEndpoint(
                        index,
                        new Endpoint(
                            work,
                            new EndpointMetadataCollection([.. real.Metadata, new GoesBy(Precedence.Last)]),
                            real.DisplayName
                        ),
                        candidates[index].Values
                    );
                }
            }

            return Task.CompletedTask;
        }
    }

    private sealed class HoardingFilter : IStartupFilter
    {
        private readonly List<MemoryStream> hoard = [];

        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) =>
            app =>
            {
                app.Use(
                    async (context, then) =>
                    {
                        context.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = null;
                        var whole = new MemoryStream();
                        await context.Request.Body.CopyToAsync(whole, context.RequestAborted);
                        whole.Position = 0;
                        lock (hoard)
                        {
                            hoard.Add(whole);
                        }

                        context.Request.Body = whole;
                        await then(context);
                    }
                );
                next(app);
            };
    }
}
