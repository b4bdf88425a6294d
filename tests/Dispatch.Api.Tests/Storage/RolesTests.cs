using System.Globalization;
using Dapper;
using Dispatch.Api.Storage.Keeping;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Npgsql;
using Xunit;

namespace Dispatch.Api.Tests.Storage;

/// <summary>One role owns the schema, the service works as another: it reads and writes rows, and that is all it can.</summary>
public sealed class RolesTests(RolesTests.OwnedSite service) : IClassFixture<RolesTests.OwnedSite>
{
    [PostgresFact]
    public async Task A_role_that_may_change_no_table_serves_a_request_from_its_call_to_its_report()
    {
        var request = await service.Given.AResolvedRequest();
        Assert.Equal("resolved", (await service.Officer().Read($"/v1/requests/{request}")).Text("state"));
        await service.Restart();
        await service.Given.ACompletedVisit();
    }

    [PostgresTheory]
    [InlineData("create table mine (id integer)")]
    [InlineData("alter table help_request add column mine integer")]
    [InlineData("drop table help_request")]
    [InlineData("truncate notice")]
    [InlineData("drop trigger audit_entry_only_grows on audit_entry")]
    [InlineData("alter table audit_entry disable trigger all")]
    [InlineData("update audit_entry set action = 'nothing'")]
    [InlineData("delete from audit_entry")]
    [InlineData("delete from audit_seal")]
    [InlineData("update audit_checkpoint set number = 0")]
    [InlineData("delete from schema_migration")]
    public async Task It_can_do_nothing_else(string sql)
    {
        await using var connection = service.Raw();
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => connection.ExecuteAsync(sql));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
    }

    [PostgresFact]
    public async Task What_only_grows_by_its_triggers_only_grows_by_its_rights()
    {
        await using var connection = service.Raw();
        var guarded = await connection.QueryAsync<string>(
            "select distinct cast(tgrelid as regclass)::text from pg_trigger where tgname like '%only_grows' order by 1"
        );
        Assert.Equal(guarded, MigrateCommand.OnlyGrow.Order(StringComparer.Ordinal));
    }

    [PostgresFact]
    public async Task On_a_schema_that_is_behind_it_does_not_start_and_says_what_to_do()
    {
        await service.AsOwner("delete from schema_migration where number = (select max(number) from schema_migration)");
        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(service.Restart);
        Assert.Contains("migrate", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(service.Role, refusal.Message, StringComparison.Ordinal);
        await service.AsOwner(
            string.Create(
                CultureInfo.InvariantCulture,
                $"insert into schema_migration (number, name) values ({refusal.Message.Split("lacks ")[1][..4]}, 'again')"
            )
        );
        await service.OpenAgain();
        await service.Given.AnOffer();
    }

    [PostgresFact]
    public async Task Migrated_again_nothing_changes_and_an_unknown_role_is_refused()
    {
        var (code, said) = await service.Migrate(service.Role);
        Assert.Equal(0, code);
        Assert.Contains(service.Role, said, StringComparison.Ordinal);
        (code, said) = await service.Migrate("nobody_at_all");
        Assert.Equal(1, code);
        Assert.Contains("nobody_at_all", said, StringComparison.Ordinal);
        await service.Given.AnOffer();
    }

    [Fact]
    public async Task On_sqlite_the_command_says_that_there_is_nothing_to_do()
    {
        await using var said = new StringWriter();
        Assert.Equal(2, await MigrateCommand.Run(["migrate", "--Dispatch:Database=sqlite"], said));
        Assert.Contains("at its start", said.ToString(), StringComparison.Ordinal);
    }

    public sealed class OwnedSite : RunningService
    {
        private string owner = "";

        public string Role { get; private set; } = "";

        public async Task<(int Code, string Said)> Migrate(string role)
        {
            await using var said = new StringWriter();
            var code = await MigrateCommand.Run(
                ["migrate", "--for", role, "--environment=Development", $"--Dispatch:Data={Data}"],
                said,
                WithOwner
            );
            return (code, said.ToString());
        }

        public async Task AsOwner(string sql)
        {
            await using var connection = new NpgsqlConnection(owner);
            await connection.ExecuteAsync(sql);
        }

        protected override async Task<TestDatabase> MakeDatabase()
        {
            if (!TestDatabase.IsPostgres)
            {
                return await base.MakeDatabase();
            }

            (var served, owner, Role) = await TestDatabase.CreateOwned();
            return served;
        }

        protected override async Task Prepare()
        {
            if (TestDatabase.IsPostgres)
            {
                var (code, said) = await Migrate(Role);
                Assert.True(code == 0, said);
            }
        }

        private void WithOwner(WebApplicationBuilder builder) =>
            builder.Configuration.AddInMemoryCollection([new("Dispatch:Database", owner)]);
    }
}
