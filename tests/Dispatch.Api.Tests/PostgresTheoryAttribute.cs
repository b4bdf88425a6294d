using Xunit;

namespace Dispatch.Api.Tests;

/// <inheritdoc cref="PostgresFactAttribute"/>
public sealed class PostgresTheoryAttribute : TheoryAttribute
{
    public PostgresTheoryAttribute() => Skip = TestDatabase.IsPostgres ? null! : "DISPATCH_TEST_POSTGRES names no server";
}
