using System.Text.RegularExpressions;
using Dispatch.Api.Features.Accounts;
using Dispatch.Api.Features.Approvals;
using Dispatch.Api.Features.Consents;
using Dispatch.Api.Features.DispatchRuns;
using Dispatch.Api.Features.Exports;
using Dispatch.Api.Features.Imports;
using Dispatch.Api.Features.Lessons;
using Dispatch.Api.Features.Notices;
using Dispatch.Api.Features.Offers;
using Dispatch.Api.Features.Published;
using Dispatch.Api.Features.Reports;
using Dispatch.Api.Features.Requests;
using Dispatch.Api.Features.Rights;
using Dispatch.Api.Features.ServiceRecords;
using Dispatch.Api.Http;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Auditing;
using Dispatch.Domain.Assigning;
using Dispatch.Domain.Calendar;
using Dispatch.Domain.Geography;
using Dispatch.Domain.Matching;
using Dispatch.Domain.Offers;
using Dispatch.Domain.Outcomes;
using Dispatch.Domain.Requests;
using Dispatch.Domain.Safety;
using Dispatch.Domain.Skills;
using Dispatch.Domain.Suggestions;
using Dispatch.Domain.Teams;
using Dispatch.Domain.Visits;
using Xunit;

namespace Dispatch.Api.Tests.Storage;

/// <summary>The words the schema allows are the words the code has: read from the migrations as they are built in.</summary>
public sealed partial class CheckListTests
{
    private const string Prefix = "Dispatch.Api.Storage.Migrations.";

    /// <summary>What each list must say. A list that stands for no enum has its words here.</summary>
    private static readonly Dictionary<string, string[]> Wanted = new(StringComparer.Ordinal)
    {
        ["region.level"] = All<RegionLevel>(),
        ["skill.licence"] = All<Licence>(),
        ["lexicon.role"] = All<WordRole>(),
        ["holiday.kind"] = All<CalendarDayKind>(),
        ["audit_entry.kind"] = All<AuditKind>(),
        ["team.kind"] = All<TeamKind>(),
        ["team.tier"] = All<Tier>(),
        ["team_form.form"] = All<VisitForm>(),
        ["team_leave.kind"] = ["day_off", "leave"],
        ["help_request.state"] = All<HelpRequestState>(),
        ["help_request.tier"] = All<Tier>(),
        ["help_request.queue"] = All<RequestQueue>(),
        ["help_request.requester_kind"] = All<RequesterKind>(),
        ["help_request.given_crs"] = All<Crs>(),
        ["help_request.urgency"] = All<Urgency>(),
        ["help_request.form"] = All<VisitForm>(),
        ["help_request.mode"] = All<ServiceMode>(),
        ["help_request.channel"] = All<Channel>(),
        ["help_request.confidentiality"] = All<Confidentiality>(),
        ["help_request.safety_kind"] = All<SafetyKind>(),
        ["help_request.held_from"] =
        [
            .. HelpRequestFlow.Machine.Table.Where(row => row.Action == HelpRequestAction.Hold).Select(row => Words.Of(row.From)),
        ],
        ["help_request.result"] = All<ResolutionResult>(),
        ["help_request.outcome"] = All<ConfirmationOutcome>(),
        ["help_request.cancel_reason"] = All<CancelReason>(),
        ["request_skill.source"] = All<SkillSource>(),
        ["request_requirement.mode"] = All<RequirementMode>(),
        ["joint_part.role"] = All<AssignmentRole>(),
        ["request_exclusion.kind"] = ["excluded", "conflict"],
        ["timeline.subject"] = All<TimelineSubject>(),
        ["timeline.tier"] = All<Tier>(),
        ["deadline.kind"] = All<DeadlineKind>(),
        ["deadline.state"] = ["running", "paused", "met", "missed"],
        ["offer.state"] = All<OfferState>(),
        ["offer.role"] = All<AssignmentRole>(),
        ["offer.way"] = All<OfferWay>(),
        ["offer.tier"] = All<Tier>(),
        ["offer.decline_reason"] = All<DeclineReason>(),
        ["assignment.role"] = All<AssignmentRole>(),
        ["assignment.state"] = All<AssignmentState>(),
        ["assignment.ended_as"] = All<AssignmentEnd>(),
        ["visit.form"] = All<VisitForm>(),
        ["visit.state"] = All<VisitState>(),
        ["visit.missed_by"] = All<MissedBy>(),
        ["problem_result.result"] = All<ResolutionResult>(),
        ["benefit.kind"] = All<BenefitKind>(),
        ["benefit.proof"] = All<BenefitProof>(),
        ["achievement.kind"] = All<AchievementKind>(),
        ["confirmation.said_by"] = All<ConfirmedBy>(),
        ["notice.recipient"] = ["team", "officer", "requester"],
        ["skill_correction.judged"] = [.. All<CorrectionState>().Except([Words.Of(CorrectionState.Waiting)], StringComparer.Ordinal)],
        ["suggestion_version.state"] = All<VersionState>(),
        ["notice.kind"] = All<NoticeKind>(),
        ["account.role"] = All<AccountRole>(),
        ["account_session.ended_as"] = All<SessionEnd>(),
        ["approval.kind"] = All<ApprovalKind>(),
        ["approval.state"] = [.. All<ApprovalState>().Except([Words.Of(ApprovalState.Expired)], StringComparer.Ordinal)],
        ["erasure.kind"] = All<ErasedKind>(),
        ["erasure.cause"] = All<ErasureCause>(),
        ["consent_text.purpose"] = All<ConsentPurpose>(),
        ["consent_text.rests_on"] = All<ConsentBasis>(),
        ["consent.purpose"] = All<ConsentPurpose>(),
        ["consent.channel"] = All<Channel>(),
        ["export.state"] = All<ExportState>(),
        ["export.format"] = All<SheetFormat>(),
        ["export.language"] = All<Language>(),
        ["export.failure"] = All<ExportFailure>(),
        ["indicator.additivity"] = All<Additivity>(),
        ["indicator.proof"] = All<Proof>(),
        ["figure_entry.tier"] = All<Tier>(),
        ["figure_entry.form"] = All<VisitForm>(),
        ["figure_entry.requester_kind"] = All<RequesterKind>(),
        ["figure_entry.urgency"] = All<Urgency>(),
        ["figure_entry.channel"] = All<Channel>(),
        ["figure_rollup.dimension"] = All<FigureDimension>(),
        ["dispatch_run.state"] = All<DispatchRunState>(),
        ["dispatch_run.planned_from"] = All<PlannedFrom>(),
        ["dispatch_run.failure"] = All<RunFailure>(),
        ["dispatch_run_item.state"] = All<RunItemState>(),
        ["dispatch_run_item.why"] = All<RunItemReason>(),
        ["dispatch_run_item.tier"] = All<Tier>(),
        ["import_run.kind"] = All<ImportKind>(),
        ["import_run.format"] = All<ImportFormat>(),
        ["import_run.state"] = All<ImportState>(),
        ["published_figure.qualifier"] = All<FigureQualifier>(),
        ["record_entry.part"] =
        [
            .. All<RecordPart>().Except([Words.Of(RecordPart.Basics), Words.Of(RecordPart.Service)], StringComparer.Ordinal),
        ],
        ["record_correction.part"] = All<RecordPart>(),
        ["record_correction.state"] = All<RecordCorrectionState>(),
    };

    private static readonly Dictionary<string, string[]> Written = Read();

    public static TheoryData<string> Columns() => new(Wanted.Keys);

    [Theory]
    [MemberData(nameof(Columns))]
    public void A_check_list_has_the_words_of_its_enum_and_no_others(string column)
    {
        Assert.True(Written.TryGetValue(column, out var written), $"{column} has no check list.");
        Assert.Equal(Wanted[column].Order(StringComparer.Ordinal), written.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void No_check_list_goes_untested() =>
        Assert.Equal(Wanted.Keys.Order(StringComparer.Ordinal), Written.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void A_column_that_is_named_like_a_listed_one_has_a_list_too()
    {
        var listed = Wanted.Keys.Select(column => column.Split('.')[1]).ToHashSet(StringComparer.Ordinal);
        var without = Tables()
            .SelectMany(table => ColumnName().Matches(table.Body).Select(match => (table.Name, Column: match.Groups["column"].Value)))
            .Where(found => listed.Contains(found.Column) && !Written.ContainsKey($"{found.Name}.{found.Column}"));
        Assert.Empty(without);
    }

    private static string[] All<T>()
        where T : struct, Enum => [.. Words.All<T>()];

    private static Dictionary<string, string[]> Read() =>
        Tables()
            .SelectMany(table =>
                CheckList()
                    .Matches(table.Body)
                    .Select(match =>
                        (
                            Column: $"{table.Name}.{match.Groups["column"].Value}",
                            List: match.Groups["list"].Value.Split(',').Select(word => word.Trim().Trim('\'')).ToArray()
                        )
                    )
            )
            // A later migration may make a table anew: what it lists holds.
            .GroupBy(found => found.Column, StringComparer.Ordinal)
            .ToDictionary(found => found.Key, found => found.Last().List, StringComparer.Ordinal);

    private static IEnumerable<(string Name, string Body)> Tables()
    {
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
            // A column that is added later has its list, too.
            foreach (var table in CreateTable().Matches(sql).Concat(AddColumn().Matches(sql)))
            {
                yield return (table.Groups["table"].Value, table.Groups["body"].Value);
            }
        }
    }

    [GeneratedRegex(@"^create table (?<table>\w+) \((?<body>.*?)^\);", RegexOptions.Singleline | RegexOptions.Multiline, 1000)]
    private static partial Regex CreateTable();

    [GeneratedRegex(@"^alter table (?<table>\w+) add column (?<body>.*?);", RegexOptions.Singleline | RegexOptions.Multiline, 1000)]
    private static partial Regex AddColumn();

    [GeneratedRegex(@"check \((?<column>\w+) in \((?<list>[^)]*)\)\)", RegexOptions.None, 1000)]
    private static partial Regex CheckList();

    [GeneratedRegex(@"^  (?<column>\w+) text\b", RegexOptions.Multiline, 1000)]
    private static partial Regex ColumnName();
}
