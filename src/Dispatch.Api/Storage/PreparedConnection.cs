using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;

namespace Dispatch.Api.Storage;

/// <summary>
/// A SQLite connection that prepares each SQL text once and keeps the statement. The provider would compile it anew for every command,
/// which on the writer costs more than running it.
/// </summary>
internal sealed class PreparedConnection(SqliteConnection inner) : DbConnection
{
    private readonly Dictionary<string, SqliteCommand> prepared = new(StringComparer.Ordinal);

    [AllowNull]
    public override string ConnectionString
    {
        get => inner.ConnectionString;
        set => throw new NotSupportedException();
    }

    public override string Database => inner.Database;
    public override string DataSource => inner.DataSource;
    public override string ServerVersion => inner.ServerVersion;
    public override ConnectionState State => inner.State;

    public override void ChangeDatabase(string databaseName) => throw new NotSupportedException();

    public override void Open() => throw new NotSupportedException();

    public override void Close() { }

    protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) => throw new NotSupportedException();

    protected override DbCommand CreateDbCommand() => new Command(this);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (var command in prepared.Values)
            {
                command.Dispose();
            }

            prepared.Clear();
        }

        base.Dispose(disposing);
    }

    private SqliteCommand Prepared(string sql)
    {
        if (!prepared.TryGetValue(sql, out var command))
        {
            command = inner.CreateCommand();
            // The text is a constant of a slice; what callers send is in the parameters.
#pragma warning disable CA2100
            command.CommandText = sql;
#pragma warning restore CA2100
            prepared.Add(sql, command);
        }

        return command;
    }

    /// <summary>Collects text and parameters, then runs the kept statement with them.</summary>
    private sealed class Command(PreparedConnection connection) : DbCommand
    {
        private readonly SqliteCommand holder = new();
        private string text = "";

        [AllowNull]
        public override string CommandText
        {
            get => text;
            set => text = value ?? "";
        }

        public override int CommandTimeout { get; set; }
        public override CommandType CommandType { get; set; } = CommandType.Text;
        public override bool DesignTimeVisible { get; set; }
        public override UpdateRowSource UpdatedRowSource { get; set; }
        protected override DbConnection? DbConnection { get; set; } = connection;
        protected override DbTransaction? DbTransaction { get; set; }
        protected override DbParameterCollection DbParameterCollection => holder.Parameters;

        public override void Cancel() { }

        public override void Prepare() { }

        public override int ExecuteNonQuery() => Ready().ExecuteNonQuery();

        public override object? ExecuteScalar() => Ready().ExecuteScalar();

        protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) => Ready().ExecuteReader(behavior);

        protected override DbParameter CreateDbParameter() => new SqliteParameter();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                holder.Dispose();
            }

            base.Dispose(disposing);
        }

        private SqliteCommand Ready()
        {
            var command = connection.Prepared(text);
            command.Transaction = (SqliteTransaction?)DbTransaction;
            command.Parameters.Clear();
            foreach (SqliteParameter parameter in holder.Parameters)
            {
                command.Parameters.Add(parameter);
            }

            return command;
        }
    }
}
