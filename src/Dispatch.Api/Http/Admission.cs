using Dispatch.Api.Telemetry;

namespace Dispatch.Api.Http;

/// <summary>Who goes first when more is asked than can be done.</summary>
internal enum Precedence
{
    /// <summary>What moves work on: an acceptance, a report of a visit.</summary>
    First,

    /// <summary>What makes something new, or shows one thing.</summary>
    Usual,

    /// <summary>Lists, searches and figures: costly, and as good a minute later.</summary>
    Last,

    /// <summary>Mostly waits for something to happen, and is bounded where it does: not counted.</summary>
    Apart,
}

/// <summary>
/// How many calls are worked on at once. More would only wait, each the longer for the others. New things and lists have a share each that leaves a
/// quarter to what moves work on; a call beyond its share is turned away at once, before anything of it costs.
/// </summary>
internal sealed class Admission
{
    /// <summary>What a node of two processors works off in well under a second.</summary>
    public const int Default = 512;

    /// <summary>Seconds until a call that was turned away may try again.</summary>
    public const int AskAgain = 2;

    private const int Fewest = 4;
    private const int UsualPart = 2;
    private const int LastPart = 4;
    private readonly Share all;
    private readonly Share usual;
    private readonly Share last;

    public Admission(IConfiguration configuration)
    {
        var most = configuration.GetValue("Dispatch:CallsAtOnce", Default);
        if (most < Fewest)
        {
            throw new InvalidOperationException($"Dispatch:CallsAtOnce must be {Fewest} or more.");
        }

        (all, usual, last) = (new Share(most), new Share(most / UsualPart), new Share(most / LastPart));
    }

    /// <summary>False: it is turned away. True: <see cref="Leave"/> follows.</summary>
    public bool Enter(Precedence precedence)
    {
        if (!all.Enter())
        {
            return false;
        }

        if (Of(precedence) is not { } share || share.Enter())
        {
            return true;
        }

        all.Leave();
        return false;
    }

    public void Leave(Precedence precedence)
    {
        Of(precedence)?.Leave();
        all.Leave();
    }

    // What goes first has all of it.
    private Share? Of(Precedence precedence) =>
        precedence switch
        {
            Precedence.Usual => usual,
            Precedence.Last => last,
            _ => null,
        };

    private sealed class Share(int most)
    {
        private int held;

        public bool Enter()
        {
            if (Interlocked.Increment(ref held) <= most)
            {
                return true;
            }

            Leave();
            return false;
        }

        public void Leave() => Interlocked.Decrement(ref held);
    }
}

/// <summary>Metadata: when its turn is. Of several the last counts.</summary>
internal sealed record GoesBy(Precedence Precedence);

internal static class AdmissionSetup
{
    /// <summary>After routing, which tells what is asked, and before everything that costs.</summary>
    public static void UseAdmission(this WebApplication app)
    {
        var (admission, instruments) = (app.Services.GetRequiredService<Admission>(), app.Services.GetRequiredService<Instruments>());
        app.Use(
            async (context, next) =>
            {
                // Health and the contract are always told, and where there is no endpoint there is nothing to do.
                if (
                    context.GetEndpoint()?.Metadata.GetMetadata<GoesBy>()?.Precedence is not { } precedence
                    || precedence == Precedence.Apart
                )
                {
                    await next(context);
                    return;
                }

                if (!admission.Enter(precedence))
                {
                    instruments.TurnedAway(precedence);
                    // Written, not thrown, and without its endpoint: as a flood is refused.
                    context.SetEndpoint(null);
                    await Problems.Write(context, TurnedAway());
                    return;
                }

                try
                {
                    await next(context);
                }
                finally
                {
                    admission.Leave(precedence);
                }
            }
        );
    }

    private static Refused TurnedAway() =>
        new(
            ProblemKinds.Overloaded,
            $"眼下请求过多，请等待 {Admission.AskAgain} 秒后用同一个 Idempotency-Key 重试。",
            $"More is asked just now than can be done. Wait {Admission.AskAgain} seconds, then repeat it with the same Idempotency-Key."
        )
        {
            RetryAfter = Admission.AskAgain,
        };
}
