using CsvHelper;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Contract;
using Dispatch.Api.Storage;

namespace Dispatch.Api.Features.Rights;

/// <summary>What lets the service hold it (PIPL, Art. 13).</summary>
internal enum LegalBasis
{
    /// <summary>The requester asked for help, or the volunteer joined a team.</summary>
    Contract,

    /// <summary>A law wants it: explanations, records, defence of the data itself.</summary>
    LegalDuty,

    /// <summary>It points to nobody any more.</summary>
    Anonymised,
}

/// <summary>How long it is kept.</summary>
internal enum RetentionClass
{
    /// <summary>Years after a request was last touched.</summary>
    Request,

    /// <summary>Days after it was written.</summary>
    Notice,

    /// <summary>Twenty-four hours.</summary>
    Day,

    /// <summary>Ten years after the last service (GB/T 40143-2021).</summary>
    Volunteer,

    /// <summary>As long as somebody works here.</summary>
    Account,

    /// <summary>A day after the last failure.</summary>
    SignIn,

    /// <summary>For good: it says who decided what.</summary>
    Record,
}

/// <summary>One kind of personal data: where it stands, what for, on which basis, how long, who sees it.</summary>
/// <param name="Place">Table and column; a third part is a member of what is sealed there.</param>
internal sealed record PersonalDataView(string Place, Text Purpose, LegalBasis Basis, RetentionClass Retention, Text SeenBy);

internal sealed record RetentionMeaning(RetentionClass Retention, Text Text);

internal sealed record PersonalDataRegisterView(IReadOnlyList<PersonalDataView> Items, IReadOnlyList<RetentionMeaning> Retentions);

/// <summary>The register of personal data, <c>personal-data.csv</c>: data, published, and complete by a test.</summary>
internal static class PersonalDataRegister
{
    private const string File = "Features/Rights/personal-data.csv";

    public static IReadOnlyList<PersonalDataView> All { get; } = [.. Read()];

    private static IEnumerable<PersonalDataView> Read()
    {
        using var stream =
            typeof(PersonalDataRegister).Assembly.GetManifestResourceStream(File)
            ?? throw new InvalidOperationException($"{File} is missing.");
        using var text = new StreamReader(stream);
        using var csv = CsvReader.FromText(text.ReadToEnd());
        while (csv.Read())
        {
            yield return new PersonalDataView(
                csv.GetString("place"),
                new Text(csv.GetString("purpose_zh"), csv.GetString("purpose_en")),
                Words.To<LegalBasis>(csv.GetString("basis")),
                Words.To<RetentionClass>(csv.GetString("retention")),
                new Text(csv.GetString("seen_zh"), csv.GetString("seen_en"))
            );
        }
    }
}

internal static class ListPersonalDataEndpoint
{
    public static void MapListPersonalData(this IEndpointRouteBuilder v1) =>
        v1.MapGet("/personal-data", Get)
            .WithTags("Personal data")
            .WithName("ListPersonalData")
            .WithSummary("List what is held of persons: what for, on which basis, how long, who sees it")
            .WithMetadata(new PublicCatalogue())
            .ShowsMany()
            .AnswerConditionally();

    private static PersonalDataRegisterView Get(Retention retention) =>
        new(
            PersonalDataRegister.All,
            [.. Enum.GetValues<RetentionClass>().Select(one => new RetentionMeaning(one, MeaningOf(one, retention)))]
        );

    private static Text MeaningOf(RetentionClass one, Retention retention) =>
        one switch
        {
            RetentionClass.Request => new(
                $"求助办结后 {retention.RequestYears} 年无变动即删除",
                $"erased {retention.RequestYears} years after the request was last touched"
            ),
            RetentionClass.Notice => new($"{retention.NoticeDays} 天后删除", $"deleted after {retention.NoticeDays} days"),
            RetentionClass.Day => new("24 小时后删除", "deleted after 24 hours"),
            RetentionClass.Volunteer => new("最后一次服务后 10 年", "10 years after the last service"),
            RetentionClass.Account => new(
                "在任期间；停用后由管理员处理",
                "as long as somebody works here; administrators see to it after that"
            ),
            RetentionClass.SignIn => new("最后一次失败后一天内删除", "deleted within a day after the last failure"),
            _ => new("作为办理记录保存", "kept as a record of what was decided"),
        };
}
