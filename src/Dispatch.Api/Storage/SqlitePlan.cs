using System.Collections;
using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Reflection;

namespace Dispatch.Api.Storage;

/// <summary>What one SQL text asks for and gives, compiled once for the whole process: members of an object into its parameters, and its
/// columns into members of a row.</summary>
internal sealed class SqlitePlan(string[] parameters, string[] columns)
{
    private static readonly ConcurrentDictionary<string, SqlitePlan> Known = new(StringComparer.Ordinal);

    private readonly ConcurrentDictionary<Type, Binder> binders = new();
    private readonly ConcurrentDictionary<Type, Delegate> readers = new();

    public static SqlitePlan Of(string sql, nint statement) =>
        Known.GetOrAdd(
            sql,
            static (_, prepared) => new SqlitePlan(SqliteNative.Parameters(prepared), SqliteNative.Columns(prepared)),
            statement
        );

    public void Bind(nint statement, object? args)
    {
        if (parameters.Length == 0)
        {
            return;
        }

        var (members, added) = args is Arguments both ? (both.Members, both.Added) : (args, null);
        var left = parameters;
        if (members is not null)
        {
            var binder = binders.GetOrAdd(members.GetType(), Compile);
            binder.Bind(statement, members);
            left = binder.Left;
        }

        foreach (var name in left)
        {
            if (added is null || !added.TryGetValue(name, out var value))
            {
                throw new InvalidOperationException($"Nothing is given for the parameter @{name}.");
            }

            SqliteValues.Bind(statement, Array.IndexOf(parameters, name) + 1, value);
        }
    }

    /// <summary>Makes a row of the type from the row the statement stands on.</summary>
    public Func<nint, T> Reader<T>() => (Func<nint, T>)readers.GetOrAdd(typeof(T), static (_, names) => Compile<T>(names), columns);

    private Binder Compile(Type type)
    {
        var (statement, given) = (Expression.Parameter(typeof(nint)), Expression.Parameter(typeof(object)));
        var args = Expression.Variable(type);
        var steps = new List<Expression> { Expression.Assign(args, Expression.Convert(given, type)) };
        var left = new List<string>();
        foreach (var (name, at) in parameters.Select((name, at) => (name, Expression.Constant(at + 1))))
        {
            if (type.GetProperty(name) is { } member)
            {
                steps.Add(Binding(statement, at, Expression.Property(args, member)));
            }
            else
            {
                left.Add(name);
            }
        }

        var bind = Expression.Lambda<Action<nint, object>>(Expression.Block([args], steps), statement, given).Compile();
        return new Binder(bind, [.. left]);
    }

    private static Expression Binding(Expression statement, Expression at, Expression value)
    {
        if (Nullable.GetUnderlyingType(value.Type) is not null)
        {
            return Expression.IfThenElse(
                Expression.Property(value, "HasValue"),
                Binding(statement, at, Expression.Property(value, "Value")),
                Expression.Call(typeof(SqliteNative), nameof(SqliteNative.BindNull), null, statement, at)
            );
        }

        var form =
            value.Type == typeof(int) || value.Type == typeof(short) || value.Type == typeof(byte) ? typeof(long)
            : value.Type == typeof(float) ? typeof(double)
            : value.Type != typeof(string) && value.Type.IsAssignableTo(typeof(IEnumerable)) ? typeof(IEnumerable)
            : value.Type;
        var bind = typeof(SqliteValues).GetMethod(nameof(SqliteValues.Bind), [typeof(nint), typeof(int), form])!;
        var wanted = bind.GetParameters()[2].ParameterType;
        return Expression.Call(bind, statement, at, wanted == value.Type ? value : Expression.Convert(value, wanted));
    }

    private static Func<nint, T> Compile<T>(string[] columns)
    {
        var statement = Expression.Parameter(typeof(nint));
        if (ReaderOf(typeof(T)) is not null)
        {
            return Expression.Lambda<Func<nint, T>>(Reading(statement, 0, typeof(T)), statement).Compile();
        }

        var members = typeof(T).GetProperties().Where(member => member.CanWrite).ToList();
        var bindings =
            from column in columns.Select((name, at) => (Name: name.Replace("_", "", StringComparison.Ordinal), At: at))
            let member = members.Find(member => string.Equals(member.Name, column.Name, StringComparison.OrdinalIgnoreCase))
            where member is not null
            select (member, column.At);
        // A column that is null leaves the member as it is born, as it does on the other engine.
        var row = Expression.Variable(typeof(T));
        var steps = new List<Expression> { Expression.Assign(row, Expression.New(typeof(T))) };
        steps.AddRange(
            bindings.Select(binding =>
                Expression.IfThen(
                    Expression.Not(
                        Expression.Call(typeof(SqliteNative), nameof(SqliteNative.IsNull), null, statement, Expression.Constant(binding.At))
                    ),
                    Expression.Assign(Expression.Property(row, binding.member), Present(statement, binding.At, binding.member.PropertyType))
                )
            )
        );
        steps.Add(row);
        return Expression.Lambda<Func<nint, T>>(Expression.Block([row], steps), statement).Compile();
    }

    private static Expression Reading(Expression statement, int column, Type type) =>
        Expression.Condition(
            Expression.Call(typeof(SqliteNative), nameof(SqliteNative.IsNull), null, statement, Expression.Constant(column)),
            Expression.Default(type),
            Present(statement, column, type)
        );

    private static Expression Present(Expression statement, int column, Type type)
    {
        var read = ReaderOf(type) ?? throw new NotSupportedException($"No column of SQLite is read as {type.Name}.");
        var value = Expression.Call(read, statement, Expression.Constant(column));
        return value.Type == type ? value : Expression.Convert(value, type);
    }

    private static MethodInfo? ReaderOf(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        var (owner, name) = type switch
        {
            _ when type == typeof(string) => (typeof(SqliteValues), nameof(SqliteValues.Text)),
            _ when type == typeof(Guid) => (typeof(SqliteValues), nameof(SqliteValues.Id)),
            _ when type == typeof(DateTimeOffset) => (typeof(SqliteValues), nameof(SqliteValues.Instant)),
            _ when type == typeof(DateOnly) => (typeof(SqliteValues), nameof(SqliteValues.Day)),
            _ when type == typeof(bool) => (typeof(SqliteValues), nameof(SqliteValues.Truth)),
            _ when type == typeof(double) || type == typeof(float) => (typeof(SqliteNative), nameof(SqliteNative.Real)),
            _ when type == typeof(long) || type == typeof(int) || type == typeof(short) => (
                typeof(SqliteNative),
                nameof(SqliteNative.Integer)
            ),
            _ => (null, ""),
        };
        return owner?.GetMethod(name, [typeof(nint), typeof(int)]);
    }

    private sealed record Binder(Action<nint, object> Bind, string[] Left);
}
