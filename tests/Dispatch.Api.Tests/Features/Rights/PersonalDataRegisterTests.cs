using System.Text.RegularExpressions;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Features.Rights;
using Dispatch.Api.Storage;
using Xunit;

namespace Dispatch.Api.Tests.Features.Rights;

/// <summary>The register is complete: whatever can hold words of or about a person stands in it, or is named here as holding none.</summary>
public sealed partial class PersonalDataRegisterTests
{
    private const string Prefix = "Dispatch.Api.Storage.Migrations.";

    /// <summary>Columns of codes, words of the service, keys and names of things; and the ids of staff who acted.</summary>
    private static readonly string[] Impersonal =
    [
        // words of a list, codes, and what is made of them
        "state",
        "kind",
        "level",
        "tier",
        "form",
        "mode",
        "role",
        "way",
        "urgency",
        "channel",
        "queue",
        "result",
        "outcome",
        "proof",
        "licence",
        "domain",
        "confidentiality",
        "safety_kind",
        "held_from",
        "cancel_reason",
        "decline_reason",
        "ended_as",
        "missed_by",
        "requester_kind",
        "given_crs",
        "recipient",
        "action",
        "from_state",
        "to_state",
        "actor_role",
        "said_by",
        "source",
        "judged",
        "cause",
        "basis_kind",
        "purpose",
        "why",
        "planned_from",
        "failure",
        "detail",
        "skill_code",
        "main_skill",
        "region_code",
        "parent_code",
        "province_code",
        "city_code",
        "county_code",
        "alias_code",
        "from_code",
        "to_code",
        "scopes",
        "skills",
        "suggested",
        "chosen",
        "starts_at",
        "ends_at",
        "day",
        "reference",
        "external_source",
        "code",
        // words of the service and its seeds
        "zh",
        "en",
        "word",
        "words",
        "file",
        "language",
        "rests_on",
        "host_organisation",
        "request_ids",
        "worker",
        "actor_region",
        // keys of calls and secrets as hashes
        "idempotency_key",
        "fingerprint",
        "location",
        "etag",
        "token_hash",
        "key_hash",
        "erased_key",
        "call_id",
        "object_kind",
        "object_id",
        "seen",
        "stamp",
        "hash",
        "line_hash",
        // ids of staff who acted
        "safety_handler",
        "corrected_by",
        "judged_by",
        "made_by",
        "activated_by",
        "created_by",
        "disabled_by",
        "revoked_by",
        "barred_by",
        "committed_by",
        "closed_by",
        "entered_by",
        "issued_by",
        "decided_by",
        // what was published elsewhere, and files of it
        "document",
        "indicator",
        "value",
        "qualifier",
        "unit",
        "what",
        "period",
        "figure_kind",
        "contained_in",
        "format",
        "column_name",
        "part",
    ];

    /// <summary>Names of things, which other columns of the same name are not.</summary>
    private static readonly string[] ImpersonalPlaces =
    [
        "region.name",
        "timeline.subject",
        "holiday.name",
        "team.name",
        "team.external_number",
        "certificate.number",
        "api_client.name",
        "suggestion_version.note",
        "approval.content",
        "schema_migration.name",
        // What figures mean, and sums of them: of a request its id alone stands beside them.
        "indicator.indicator_code",
        "indicator.unit",
        "indicator.additivity",
        "indicator.made_of",
        "indicator.counts_zh",
        "indicator.counts_en",
        "indicator.not_counted_zh",
        "indicator.not_counted_en",
        "indicator.origin_zh",
        "indicator.origin_en",
        "figure_entry.corrects",
        "figure_entry.host_region_code",
        "figure_rollup.month",
        "figure_rollup.dimension",
        "figure_rollup.key",
        "report_period.month",
        "report_period.figures",
        "report_period.digest",
        "report_period.signing_key",
        "report_period.signature",
        // Tables on their way out: what lists show, masked; sealed, and gone after a day. Who asked is staff.
        "export.content",
        "export.file_name",
        "export.asked_by",
        "export_part.content",
        "synthetic_year.scenario",
        "synthetic_year.scale",
    ];

    [Fact]
    public void Every_column_of_words_is_in_the_register_or_holds_no_person()
    {
        var registered = PersonalDataRegister
            .All.Select(entry => string.Join('.', entry.Place.Split('.')[..2]))
            .ToHashSet(StringComparer.Ordinal);
        var undecided = Columns()
            .Where(place =>
                !registered.Contains(place)
                && !Impersonal.Contains(place.Split('.')[1], StringComparer.Ordinal)
                && !ImpersonalPlaces.Contains(place, StringComparer.Ordinal)
            )
            .ToList();
        Assert.True(undecided.Count == 0, string.Join(", ", undecided));
        Assert.Empty(registered.Except(Columns(), StringComparer.Ordinal));
    }

    [Fact]
    public void Every_member_of_what_is_sealed_of_a_requester_is_in_it()
    {
        var members = typeof(Person)
            .GetConstructors()
            .Single(constructor => constructor.GetParameters().Length > 1)
            .GetParameters()
            .Select(parameter => $"help_request.person.{char.ToLowerInvariant(parameter.Name![0])}{parameter.Name[1..]}");
        var registered = PersonalDataRegister
            .All.Select(entry => entry.Place)
            .Where(place => place.StartsWith("help_request.person.", StringComparison.Ordinal));
        Assert.Equal(members.Order(StringComparer.Ordinal), registered.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_entry_says_in_both_languages_what_for_and_who_sees_it()
    {
        Assert.Equal(
            PersonalDataRegister.All.Count,
            PersonalDataRegister.All.Select(entry => entry.Place).Distinct(StringComparer.Ordinal).Count()
        );
        foreach (var text in PersonalDataRegister.All.SelectMany(entry => new[] { entry.Purpose, entry.SeenBy }))
        {
            Assert.Matches(@"\p{IsCJKUnifiedIdeographs}", text.Zh);
            Assert.Matches("^[ -~]+$", text.En);
        }
    }

    private static List<string> Columns()
    {
        var columns = new HashSet<string>(StringComparer.Ordinal);
        var assembly = typeof(Words).Assembly;
        foreach (
            var name in assembly
                .GetManifestResourceNames()
                .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
        )
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            var sql = reader.ReadToEnd();
            foreach (Match table in Table().Matches(sql))
            {
                columns.UnionWith(
                    Column()
                        .Matches(table.Groups["body"].Value)
                        .Select(column => $"{table.Groups["table"].Value}.{column.Groups["column"].Value}")
                );
            }

            columns.UnionWith(Added().Matches(sql).Select(added => $"{added.Groups["table"].Value}.{added.Groups["column"].Value}"));
            columns.ExceptWith(
                Dropped().Matches(sql).Select(dropped => $"{dropped.Groups["table"].Value}.{dropped.Groups["column"].Value}")
            );
        }

        return [.. columns];
    }

    [GeneratedRegex(@"^create table (?<table>\w+) \((?<body>.*?)^\);", RegexOptions.Singleline | RegexOptions.Multiline, 1000)]
    private static partial Regex Table();

    [GeneratedRegex(@"^  (?<column>\w+) text\b", RegexOptions.Multiline, 1000)]
    private static partial Regex Column();

    [GeneratedRegex(@"^alter table (?<table>\w+) add column (?<column>\w+) text\b", RegexOptions.Multiline, 1000)]
    private static partial Regex Added();

    [GeneratedRegex(@"^alter table (?<table>\w+) drop column (?<column>\w+);", RegexOptions.Multiline, 1000)]
    private static partial Regex Dropped();
}
