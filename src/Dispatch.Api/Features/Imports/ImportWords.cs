using Dispatch.Api.Features.Published;
using Dispatch.Domain.Outcomes;
using Dispatch.Domain.Requests;
using Dispatch.Domain.Teams;
using Dispatch.Domain.Visits;

namespace Dispatch.Api.Features.Imports;

/// <summary>The Chinese words a cell may have for a word of the contract.</summary>
internal static class ImportWords
{
    /// <summary>Times as spreadsheets in China write them; without an offset it is Shanghai.</summary>
    public static readonly string[] Moments =
    [
        "yyyy-M-d H:mm:ss",
        "yyyy-M-d H:mm",
        "yyyy-M-d'T'H:mm:ss",
        "yyyy-M-d'T'H:mm",
        "yyyy/M/d H:mm:ss",
        "yyyy/M/d H:mm",
        "yyyy年M月d日 H:mm",
        "yyyy-M-d",
        "yyyy/M/d",
        "yyyy年M月d日",
    ];

    private static readonly (Enum Word, string Zh)[] All =
    [
        (RequesterKind.Enterprise, "企业"),
        (RequesterKind.Farmer, "农户"),
        (RequesterKind.Cooperative, "合作社"),
        (RequesterKind.Village, "村"),
        (RequesterKind.School, "学校"),
        (RequesterKind.Union, "工会"),
        (RequesterKind.Community, "社区"),
        (RequesterKind.Individual, "个人"),
        (RequesterKind.Worker, "职工"),
        (RequesterKind.ModelWorker, "劳模"),
        (Urgency.Low, "不急"),
        (Urgency.Normal, "一般"),
        (Urgency.High, "紧急"),
        (Urgency.Emergency, "特急"),
        (VisitForm.OnSite, "上门"),
        (VisitForm.Remote, "远程"),
        (VisitForm.Training, "培训"),
        (VisitForm.Lecture, "讲座"),
        (VisitForm.Consultation, "会诊"),
        (Channel.Web, "网站"),
        (Channel.Phone, "电话"),
        (Channel.Hotline, "热线"),
        (Channel.MiniProgram, "小程序"),
        (Channel.Partner, "接入系统"),
        (TeamKind.ProvinceTeam, "省级服务队"),
        (TeamKind.CityTeam, "市级服务队"),
        (TeamKind.CountyTeam, "县级服务队"),
        (TeamKind.GrassrootsTeam, "基层服务队"),
        (TeamKind.GridTeam, "网格服务队"),
        (TeamKind.ExpertIndividual, "专家"),
        (TeamKind.InnovationStudio, "创新工作室"),
        (TeamKind.WomenStudio, "巾帼工作室"),
        (TeamKind.StudioAlliance, "工作室联盟"),
        (TeamKind.WorkshopAdvisor, "工坊顾问"),
        (TeamKind.LectureGroup, "宣讲团"),
        (TeamKind.MentorPair, "师徒"),
        (TeamKind.VolunteerPool, "志愿者库"),
        (TeamKind.CareDesk, "关爱服务台"),
        (ResolutionResult.Solved, "已解决"),
        (ResolutionResult.Partly, "部分解决"),
        (ResolutionResult.NotSolved, "未解决"),
        (ResolutionResult.Referred, "已转介"),
        (BenefitKind.NewValue, "新增效益"),
        (BenefitKind.CostSaved, "节约成本"),
        (BenefitKind.IncomeGain, "增收"),
        (BenefitKind.Sales, "销售额"),
        (BenefitKind.Output, "产值"),
        (BenefitKind.FeeDeferred, "缓交费用"),
        (BenefitKind.Donation, "捐赠"),
        (FigureQualifier.Exact, "确数"),
        (FigureQualifier.About, "约"),
        (FigureQualifier.Over, "超"),
        (FigureQualifier.Under, "近"),
        (FigureQualifier.AtLeast, "不少于"),
    ];

    public static bool? YesNo(string text) =>
        text.ToUpperInvariant() switch
        {
            "是" or "TRUE" or "YES" or "1" => true,
            "否" or "FALSE" or "NO" or "0" => false,
            _ => null,
        };

    public static string? Zh(Enum word) => Array.Find(All, pair => pair.Word.Equals(word)).Zh;

    public static bool TryZh<T>(string zh, out T word)
        where T : struct, Enum
    {
        foreach (var pair in All)
        {
            if (pair.Zh == zh && pair.Word is T found)
            {
                word = found;
                return true;
            }
        }

        word = default;
        return false;
    }
}
