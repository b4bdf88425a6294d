using System.Text.Json.Serialization;
using Dispatch.Api.Features.Reference;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Contract;
using Dispatch.Domain.Geography;
using Dispatch.Domain.Matching;
using Dispatch.Domain.Requests;
using Dispatch.Domain.Skills;
using FluentValidation;

namespace Dispatch.Api.Features.Requests;

internal sealed record RequesterBody(
    RequesterKind Kind,
    string Name,
    string? Phone = null,
    string? CreditCode = null,
    string? Contact = null
)
{
    /// <summary>What tells one requester from another: the credit code of an organisation, else name and phone.</summary>
    public string Key() =>
        CreditCode is not null
            ? "credit:" + Domain.Requests.CreditCode.Read(CreditCode).Code
            : $"person:{Name}|{PhoneNumber.Normalize(Phone)}";

    /// <summary>All that is sealed of him, and of where help is wanted.</summary>
    public Person At(LocationBody location, GeoPoint point) =>
        new(
            Name,
            PhoneNumber.Normalize(Phone),
            CreditCode is null ? null : Domain.Requests.CreditCode.Read(CreditCode).Code,
            Contact,
            location.Address,
            point.Lat,
            point.Lng,
            location.GivenPoint?.Lat,
            location.GivenPoint?.Lng
        );
}

internal sealed record SkillBody(string Code, int? MinLevel = null);

/// <summary>A group of skills and how many teams are to bring it: each of them all of it, or any one of its skills.</summary>
/// <param name="Count">Teams, 1 unless given.</param>
internal sealed record RequirementBody(RequirementMode Mode, IReadOnlyList<SkillBody> Skills, int? Count = null)
{
    public Requirement Read() =>
        new(
            Mode,
            [.. Skills.DistinctBy(skill => skill.Code).Select(skill => new WantedSkill(skill.Code, skill.MinLevel ?? 1))],
            Count ?? 1
        );
}

internal sealed record LocationBody(
    string? RegionCode = null,
    string? Address = null,
    double? Lat = null,
    double? Lng = null,
    Crs? Crs = null
)
{
    [JsonIgnore]
    public GeoPoint? GivenPoint => Lat is { } lat && Lng is { } lng ? new GeoPoint(lat, lng) : null;

    public Placement Place(RegionTree regions) =>
        regions.Place(RegionCode, GivenPoint is { } point ? CoordinateSystems.ToWgs84(point, Crs ?? Domain.Geography.Crs.Wgs84) : null);
}

internal sealed record WindowBody(DateTimeOffset Start, DateTimeOffset End);

internal sealed record ExternalRefBody(string Source, string Number);

internal sealed class RequesterBodyValidator : AbstractValidator<RequesterBody>
{
    public RequesterBodyValidator()
    {
        RuleFor(r => r.Name).NotEmpty().MaximumLength(100);
        RuleFor(r => r.Contact).MaximumLength(100);
        RuleFor(r => r.Phone).MaximumLength(30);
        RuleFor(r => r.Phone)
            .Must(phone => PhoneNumber.Normalize(phone) is not null)
            .When(r => r.Phone is not null)
            .Says(
                "phone",
                "不是有效的电话号码；请填手机号、带区号的座机，或 400、95 开头的服务号码。",
                "This is no phone number. Give a mobile number, a fixed line with its area code, or a service number (400, 95)."
            );
        RuleFor(r => r.CreditCode).MaximumLength(18);
        RuleFor(r => r.CreditCode)
            .Must(code => CreditCode.Read(code).Fault is null)
            .When(r => r.CreditCode is not null)
            .Says(
                "credit_code",
                "统一社会信用代码不正确（18 位，含校验码，GB 32100）。",
                "This is no unified social credit code (18 characters with check digit, GB 32100)."
            );
    }
}

internal sealed class SkillBodyValidator : AbstractValidator<SkillBody>
{
    public SkillBodyValidator(Catalogue catalogue)
    {
        RuleFor(s => s.Code).NotEmpty().MaximumLength(40);
        RuleFor(s => s.Code)
            .Must(code => catalogue.Skills.TryGetValue(code, out var skill) && skill.Domain is not null)
            .Says("skill_unknown", "没有这个技能代码，见 GET /v1/skills。", "There is no such skill. See GET /v1/skills.");
        RuleFor(s => s.MinLevel).InclusiveBetween(1, 8);
    }
}

internal sealed class RequirementBodyValidator : AbstractValidator<RequirementBody>
{
    // With those named beside them no more than a search tells apart.
    public const int MostSkills = 4;
    public const int MostTeams = 6;

    public RequirementBodyValidator(IValidator<SkillBody> skill)
    {
        RuleFor(r => r.Skills).MaximumItems(MostSkills);
        RuleFor(r => r.Skills)
            .Must(skills => skills is null || skills.Count > 0)
            .Says("skills_missing", "每组至少要有一项技能。", "A group has one skill at least.");
        RuleForEach(r => r.Skills).SetValidator(skill);
        RuleFor(r => r.Count).InclusiveBetween(1, MostTeams);
    }
}

internal sealed class WindowBodyValidator : AbstractValidator<WindowBody>
{
    public WindowBodyValidator(TimeProvider clock)
    {
        RuleFor(w => w.Start).InYears();
        RuleFor(w => w.End).InYears();
        RuleFor(w => w.End)
            .Must((window, end) => end > window.Start)
            .Says("window_reversed", "结束时间须晚于开始时间。", "The end must be later than the start.");
        RuleFor(w => w.Start)
            .Must(start => start >= clock.GetUtcNow())
            .Says("window_past", "希望的时间已经过去，请改为将来的时间。", "The wanted time has passed. Give one in the future.");
    }
}

internal sealed class ExternalRefBodyValidator : AbstractValidator<ExternalRefBody>
{
    public ExternalRefBodyValidator()
    {
        RuleFor(e => e.Source).NotEmpty().MaximumLength(40);
        RuleFor(e => e.Number).NotEmpty().MaximumLength(100);
    }
}

internal sealed class LocationBodyValidator : AbstractValidator<LocationBody>
{
    public LocationBodyValidator(Catalogue catalogue)
    {
        RuleFor(l => l.RegionCode).MaximumLength(12);
        RuleFor(l => l.Address).MaximumLength(200);
        RuleFor(l => l.Lat).InclusiveBetween(-90, 90);
        RuleFor(l => l.Lng).InclusiveBetween(-180, 180);
        RuleFor(l => l.Lng)
            .Must((location, _) => location.Lat is null == location.Lng is null)
            .Says("point_incomplete", "经纬度须同时给出。", "Give latitude and longitude together.");
        RuleFor(l => l)
            .Custom((location, context) => Judge(location.Place(catalogue.Regions), context))
            .When(l => l.Lat is null == l.Lng is null);
    }

    private static void Judge(Placement placement, ValidationContext<LocationBody> context)
    {
        if (placement is not NotPlaced refused)
        {
            return;
        }

        var (member, code, zh, en) = refused.Fault switch
        {
            PlacementFault.NothingGiven => ("RegionCode", "place_missing", "请给出行政区划代码或坐标。", "Give a region code or a point."),
            PlacementFault.UnknownRegion => (
                "RegionCode",
                "region_unknown",
                "没有这个行政区划代码，见 GET /v1/regions。",
                "There is no such region. See GET /v1/regions."
            ),
            PlacementFault.OutsideChina => (
                "Lat",
                "point_outside_china",
                "坐标不在中国境内，请核对经纬度是否颠倒。",
                "The point is outside China. Are latitude and longitude swapped?"
            ),
            PlacementFault.FarFromAnyCounty => (
                "Lat",
                "point_far_from_any_county",
                "坐标 60 公里内没有已知的县区，请改用行政区划代码。",
                "No known county within 60 km of the point. Give a region code."
            ),
            _ => (
                "RegionCode",
                "point_contradicts_region",
                "坐标与行政区划相距超过 50 公里，请改其一。",
                "The point lies over 50 km from the region. Correct one of them."
            ),
        };
        var path = context.PropertyChain.BuildPropertyPath(member);
        context.AddFailure(new FluentValidation.Results.ValidationFailure(path, en) { ErrorCode = code, CustomState = new Text(zh, en) });
    }
}
