using Npgsql;

namespace Dispatch.Api.Storage;

/// <summary>A connection string with what its site leaves open: how long a dead or frozen server is waited for, and how soon a server lets go of what a
/// dead or frozen node holds.</summary>
internal static class PostgresSettings
{
    // Whoever waits for an answer is told within seconds that there is none now. Of several hosts the primary alone is spoken to; which one that is, is
    // asked anew every second.
    private const string Waits =
        "Timeout=5;Command Timeout=15;Cancellation Timeout=1000;Host Recheck Seconds=1;Tcp Keepalive=true;Tcp Keepalive Time=10;Tcp Keepalive Interval=2;Max Auto Prepare=200;";

    // A node that stopped in the middle of a transaction holds rows that others wait for.
    private const string AtTheServer =
        "Options=-c idle_in_transaction_session_timeout=30s -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=5;";

    /// <summary>Of two words for one thing the later one holds, and the later one is the site's.</summary>
    public static NpgsqlConnectionStringBuilder Of(string given)
    {
        var settings = new NpgsqlConnectionStringBuilder(Waits + AtTheServer + given);
        if (settings.Host?.Contains(',', StringComparison.Ordinal) == true)
        {
            settings.TargetSessionAttributes = "primary";
        }

        return settings;
    }

    /// <summary>The same for what takes as long as it takes: a schema, a copy.</summary>
    public static NpgsqlConnectionStringBuilder Patient(string given)
    {
        var settings = Of(given);
        (settings.CommandTimeout, settings.Pooling, settings.Options) = (0, false, null);
        return settings;
    }
}
