using Dispatch.Api.Features.Reports;
using Dispatch.Api.Storage.Sealing;

namespace Dispatch.Api.Storage.Auditing;

/// <summary><c>verify-audit</c>, with the settings of the service: reads the database and the checkpoint file, beside a running service or without, and
/// says what does not hold.</summary>
internal static class VerifyCommand
{
    private const string Name = "verify-audit";

    public static bool Knows(string[] args) => args is [Name, ..];

    /// <summary>The exit code: 0 when everything holds.</summary>
    public static async Task<int> Run(string[] args, TextWriter said)
    {
        await using var app = Service.Build(args[1..]);
        await using (var probe = KeyCommands.Reader(app.Configuration))
        {
            if (probe is null)
            {
                await said.WriteLineAsync("There is no database here.");
                return 2;
            }
        }

        var verification = new AuditVerification(
            app.Services.GetRequiredService<AuditKey>(),
            app.Services.GetRequiredService<BlindIndex>(),
            said
        );
        var holds = await verification.Run(
            async () =>
            {
                var connection = KeyCommands.Reader(app.Configuration)!;
                await connection.OpenAsync();
                return connection;
            },
            app.Services.GetRequiredService<CheckpointFile>().Path
        );
        await using var periods = KeyCommands.Reader(app.Configuration)!;
        await periods.OpenAsync();
        holds &= await new PeriodVerification(app.Services.GetRequiredService<AuditKey>(), said).Run(periods);
        return holds ? 0 : 1;
    }
}
