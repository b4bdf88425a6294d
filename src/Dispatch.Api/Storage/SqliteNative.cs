using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Data.Sqlite;

namespace Dispatch.Api.Storage;

/// <summary>The few calls of the engine that every statement makes, without what a general driver does around each of them.</summary>
internal static unsafe partial class SqliteNative
{
    public const int Row = 100;
    public const int Done = 101;

    private const string Library = "e_sqlite3";
    private const uint Persistent = 1;
    private const int NullColumn = 5;
    private const int MostOnStack = 512;
    private const int OneThreadAtATime = 2;
    private const int PageCache = 7;
    private const int CountMemory = 9;
    private const int Lookaside = 13;
    private const int PagesAtFirst = 2;
    private const int LookasidePiece = 1200;
    private const int LookasidePieces = 400;
    private static readonly nint CopyIt = -1;

    /// <summary>For the whole process, before its first connection: afterwards the engine refuses it, and works as it did.</summary>
    public static void Configure()
    {
        // What follows the first argument is passed another way there.
        if (OperatingSystem.IsMacOS())
        {
            return;
        }

        // A connection is used by one thread at a time; its own locks would be taken for nothing at every call.
        _ = Set(OneThreadAtATime);
        _ = Set(CountMemory, 0);
        // What statements under way hold besides their pages: 480 KB of each connection's own, instead of the whole process's for nearly each piece.
        _ = Set(Lookaside, LookasidePiece, LookasidePieces);
        // A list of rows to be returned or sorted is a small database of its own, which would otherwise begin with room for twenty pages.
        _ = Set(PageCache, 0, 0, PagesAtFirst);
    }

    public static nint Prepare(SqliteConnection connection, string sql)
    {
        var text = Encoding.UTF8.GetBytes(sql + "\0");
        nint statement;
        byte* rest;
        fixed (byte* start = text)
        {
            Check(connection, PrepareStatement(Handle(connection), start, text.Length, Persistent, out statement, out rest));
            // A second statement behind the first would silently not run.
            if (statement == 0 || !string.IsNullOrWhiteSpace(Marshal.PtrToStringUTF8((nint)rest)?.TrimEnd(';')))
            {
                throw new InvalidOperationException("One statement at a time: " + sql);
            }
        }

        return statement;
    }

    public static string[] Parameters(nint statement) =>
        [.. Enumerable.Range(1, ParameterCount(statement)).Select(at => Marshal.PtrToStringUTF8(ParameterName(statement, at))![1..])];

    public static string[] Columns(nint statement) =>
        [.. Enumerable.Range(0, ColumnCount(statement)).Select(at => Marshal.PtrToStringUTF8(ColumnName(statement, at))!)];

    /// <summary>Whether there is a row.</summary>
    public static bool Step(SqliteConnection connection, nint statement)
    {
        var result = StepStatement(statement);
        if (result is not (Row or Done))
        {
            Check(connection, result);
        }

        return result == Row;
    }

    /// <summary>Whether a transaction is open. The engine itself rolls back when the disk is full or fails.</summary>
    public static bool IsInTransaction(SqliteConnection connection) => AutoCommit(Handle(connection)) == 0;

    public static int Changes(SqliteConnection connection) => ChangeCount(Handle(connection));

    public static void BindText(nint statement, int at, string? value)
    {
        if (value is null)
        {
            _ = BindNull(statement, at);
            return;
        }

        var most = Encoding.UTF8.GetMaxByteCount(value.Length);
        var bytes = most <= MostOnStack ? stackalloc byte[MostOnStack] : new byte[most];
        BindBytes(statement, at, bytes[..Encoding.UTF8.GetBytes(value, bytes)]);
    }

    public static void BindBytes(nint statement, int at, ReadOnlySpan<byte> utf8)
    {
        // Of an empty span the address is none, which the engine would take for null.
        byte none = 0;
        fixed (byte* start = utf8)
        {
            _ = BindText(statement, at, start is null ? &none : start, utf8.Length, CopyIt);
        }
    }

    public static bool IsNull(nint statement, int column) => ColumnType(statement, column) == NullColumn;

    public static ReadOnlySpan<byte> Bytes(nint statement, int column)
    {
        var start = ColumnText(statement, column);
        return new ReadOnlySpan<byte>(start, ColumnBytes(statement, column));
    }

    private static nint Handle(SqliteConnection connection) => connection.Handle!.DangerousGetHandle();

    private static void Check(SqliteConnection connection, int result) => SqliteException.ThrowExceptionForRC(result, connection.Handle);

    [LibraryImport(Library, EntryPoint = "sqlite3_config")]
    private static partial int Set(int option);

    [LibraryImport(Library, EntryPoint = "sqlite3_config")]
    private static partial int Set(int option, int value);

    [LibraryImport(Library, EntryPoint = "sqlite3_config")]
    private static partial int Set(int option, int size, int count);

    [LibraryImport(Library, EntryPoint = "sqlite3_config")]
    private static partial int Set(int option, nint memory, int size, int count);

    [LibraryImport(Library, EntryPoint = "sqlite3_prepare_v3")]
    private static partial int PrepareStatement(nint connection, byte* sql, int length, uint flags, out nint statement, out byte* rest);

    [LibraryImport(Library, EntryPoint = "sqlite3_step")]
    private static partial int StepStatement(nint statement);

    [LibraryImport(Library, EntryPoint = "sqlite3_reset")]
    public static partial int Reset(nint statement);

    [LibraryImport(Library, EntryPoint = "sqlite3_finalize")]
    public static partial int Finish(nint statement);

    [LibraryImport(Library, EntryPoint = "sqlite3_changes"), SuppressGCTransition]
    private static partial int ChangeCount(nint connection);

    [LibraryImport(Library, EntryPoint = "sqlite3_get_autocommit"), SuppressGCTransition]
    private static partial int AutoCommit(nint connection);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_parameter_count")]
    private static partial int ParameterCount(nint statement);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_parameter_name")]
    private static partial nint ParameterName(nint statement, int at);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_null"), SuppressGCTransition]
    public static partial int BindNull(nint statement, int at);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_int64"), SuppressGCTransition]
    public static partial int BindInteger(nint statement, int at, long value);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_double"), SuppressGCTransition]
    public static partial int BindReal(nint statement, int at, double value);

    [LibraryImport(Library, EntryPoint = "sqlite3_bind_text")]
    private static partial int BindText(nint statement, int at, byte* value, int length, nint destructor);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_count")]
    private static partial int ColumnCount(nint statement);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_name")]
    private static partial nint ColumnName(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_type"), SuppressGCTransition]
    private static partial int ColumnType(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_int64"), SuppressGCTransition]
    public static partial long Integer(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_double"), SuppressGCTransition]
    public static partial double Real(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_text")]
    private static partial byte* ColumnText(nint statement, int column);

    [LibraryImport(Library, EntryPoint = "sqlite3_column_bytes"), SuppressGCTransition]
    private static partial int ColumnBytes(nint statement, int column);
}
