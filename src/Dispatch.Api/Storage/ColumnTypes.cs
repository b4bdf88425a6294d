using System.Data;
using System.Globalization;
using Dapper;
using Npgsql;
using NpgsqlTypes;

namespace Dispatch.Api.Storage;

/// <summary>The column types the engines disagree on. SQLite keeps them as text that sorts; PostgreSQL has types of its own.</summary>
internal static class ColumnTypes
{
    public static void Register()
    {
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        SqlMapper.RemoveTypeMap(typeof(Guid));
        SqlMapper.RemoveTypeMap(typeof(Guid?));
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset));
        SqlMapper.RemoveTypeMap(typeof(DateTimeOffset?));
        SqlMapper.RemoveTypeMap(typeof(DateOnly));
        SqlMapper.RemoveTypeMap(typeof(DateOnly?));
        SqlMapper.AddTypeHandler(new GuidColumn());
        SqlMapper.AddTypeHandler(new InstantColumn());
        SqlMapper.AddTypeHandler(new DayColumn());
    }

    private sealed class GuidColumn : SqlMapper.TypeHandler<Guid>
    {
        public override void SetValue(IDbDataParameter parameter, Guid value) =>
            parameter.Value = parameter is NpgsqlParameter ? value : value.ToString("D");

        public override Guid Parse(object value) => value is Guid id ? id : Guid.Parse((string)value, CultureInfo.InvariantCulture);
    }

    /// <summary>Instants are UTC and cut to milliseconds, so that both engines give back what was put in.</summary>
    private sealed class InstantColumn : SqlMapper.TypeHandler<DateTimeOffset>
    {
        public override void SetValue(IDbDataParameter parameter, DateTimeOffset value)
        {
            if (parameter is NpgsqlParameter postgres)
            {
                postgres.NpgsqlDbType = NpgsqlDbType.TimestampTz;
                var utc = value.ToUniversalTime();
                postgres.Value = utc.AddTicks(-(utc.Ticks % TimeSpan.TicksPerMillisecond));
                return;
            }

            parameter.DbType = DbType.String;
            parameter.Value = value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        }

        public override DateTimeOffset Parse(object value) =>
            value switch
            {
                DateTime instant => new DateTimeOffset(DateTime.SpecifyKind(instant, DateTimeKind.Utc)),
                DateTimeOffset instant => instant,
                _ => DateTimeOffset.Parse((string)value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal),
            };
    }

    private sealed class DayColumn : SqlMapper.TypeHandler<DateOnly>
    {
        public override void SetValue(IDbDataParameter parameter, DateOnly value)
        {
            if (parameter is NpgsqlParameter)
            {
                parameter.Value = value;
                return;
            }

            parameter.DbType = DbType.String;
            parameter.Value = value.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        }

        public override DateOnly Parse(object value) =>
            value switch
            {
                DateOnly day => day,
                DateTime day => DateOnly.FromDateTime(day),
                _ => DateOnly.ParseExact((string)value, "yyyy-MM-dd", CultureInfo.InvariantCulture),
            };
    }
}
