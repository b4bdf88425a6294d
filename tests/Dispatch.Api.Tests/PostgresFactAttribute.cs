using Xunit;

namespace Dispatch.Api.Tests;

/// <summary>A test that needs a PostgreSQL server, whatever store the others run on.</summary>
public sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute() => Skip = TestDatabase.IsPostgres ? null! : "DISPATCH_TEST_POSTGRES names no server";
}
