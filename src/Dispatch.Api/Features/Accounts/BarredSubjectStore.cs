using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;

namespace Dispatch.Api.Features.Accounts;

internal sealed record BarredSubjectRow
{
    public const string Columns = "person as subject, barred_at, barred_by";

    public string Subject { get; init; } = "";
    public DateTimeOffset BarredAt { get; init; }
    public string BarredBy { get; init; } = "";

    public BarredSubjectView View => new(Subject, true, BarredAt, BarredBy);
}

/// <summary>The one writer of who is barred. Where people of an issuer belong is known there alone: so this is in the hands of
/// administrators whose reach is no region.</summary>
internal sealed class BarredSubjectStore(Session db, OutsideIssuer outside, Caller caller, TimeProvider clock)
{
    public async Task<BarredSubjectRow> Bar(string subject)
    {
        caller.RequireWholeCountry();
        if (subject == caller.Subject)
        {
            throw AccountStore.Own();
        }

        if (!outside.Names(subject))
        {
            throw Refused.Field(
                "#/subject",
                "not_of_the_issuer",
                "只能停用外部身份提供方的人员；账号请用 disable，接入系统请作废密钥。",
                "Only people of the issuer are barred. An account is disabled, a client's key revoked."
            );
        }

        return (
            await db.Find<BarredSubjectRow>(
                $"""
                insert into barred_subject (person, barred_at, barred_by) values (@subject, @now, @by)
                on conflict (person) do update set person = excluded.person
                returning {BarredSubjectRow.Columns}
                """,
                new
                {
                    subject,
                    now = clock.GetUtcNow(),
                    by = caller.Subject,
                }
            )
        )!;
    }

    public Task LetIn(string subject)
    {
        caller.RequireWholeCountry();
        return db.Execute("delete from barred_subject where person = @subject", new { subject });
    }

    public Task<IReadOnlyList<BarredSubjectRow>> After(string subject, int limit)
    {
        caller.RequireWholeCountry();
        return db.List<BarredSubjectRow>(
            $"select {BarredSubjectRow.Columns} from barred_subject where person > @subject order by person limit @limit",
            new { subject, limit }
        );
    }
}
