using Dispatch.Api.Features.Reference;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Contract;
using Dispatch.Domain.Geography;
using Dispatch.Domain.Teams;
using Dispatch.Domain.Visits;
using FluentValidation;

namespace Dispatch.Api.Features.Teams;

internal sealed record BaseBody(double Lat, double Lng, Crs? Crs = null)
{
    public GeoPoint ToWgs84() => CoordinateSystems.ToWgs84(new GeoPoint(Lat, Lng), Crs ?? Domain.Geography.Crs.Wgs84);
}

/// <summary>What registering and changing a team have in common.</summary>
internal interface ITeamProfile
{
    string? Code { get; }
    string Name { get; }
    TeamKind Kind { get; }
    string RegionCode { get; }
    string? HostOrganisation { get; }
    int Size { get; }
    int? Capacity { get; }
    IReadOnlyList<BaseBody>? Bases { get; }
    IReadOnlyList<string>? Serves { get; }
    int? RadiusKm { get; }
    IReadOnlyList<VisitForm>? Forms { get; }
    bool? Suspended { get; }
}

internal static class TeamProfiles
{
    private const int LeastCapacity = 3;

    /// <summary>What is left out is filled in: every form, the region's own point, and room for a third of the members, three at least.</summary>
    public static TeamProfile Complete(this ITeamProfile given, RegionTree regions) =>
        new(
            given.Code,
            given.Name,
            given.Kind,
            given.RegionCode,
            given.HostOrganisation,
            given.Size,
            given.Capacity ?? Math.Max(LeastCapacity, given.Size / 3),
            given.Bases is { Count: > 0 } bases ? [.. bases.Select(point => point.ToWgs84())] : [regions.Find(given.RegionCode)!.Point],
            [.. (given.Serves ?? []).Distinct(StringComparer.Ordinal)],
            given.RadiusKm,
            given.Forms is { Count: > 0 } forms ? [.. forms.Distinct()] : Enum.GetValues<VisitForm>(),
            given.Suspended ?? false
        );
}

internal sealed class BaseBodyValidator : AbstractValidator<BaseBody>
{
    public BaseBodyValidator()
    {
        RuleFor(b => b.Lat).InclusiveBetween(-90, 90);
        RuleFor(b => b.Lng).InclusiveBetween(-180, 180);
        RuleFor(b => b.Lat)
            .Must((point, _) => new GeoPoint(point.Lat, point.Lng).IsInChina)
            .Says(
                "point_outside_china",
                "坐标不在中国境内，请核对经纬度是否颠倒。",
                "The point is outside China. Are latitude and longitude swapped?"
            );
    }
}

internal abstract class TeamProfileValidator<T> : AbstractValidator<T>
    where T : ITeamProfile
{
    protected TeamProfileValidator(Catalogue catalogue, IValidator<BaseBody> point)
    {
        RuleFor(c => c.Code).MaximumLength(40);
        RuleFor(c => c.Name).NotEmpty().MaximumLength(100);
        RuleFor(c => c.Kind).IsInEnum();
        RuleFor(c => c.RegionCode).NotEmpty().MaximumLength(12);
        RuleFor(c => c.RegionCode)
            .Must(code => catalogue.Regions.Find(code) is not null)
            .Says("region_unknown", "没有这个行政区划代码，见 GET /v1/regions。", "There is no such region. See GET /v1/regions.");
        RuleFor(c => c.HostOrganisation).MaximumLength(100);
        RuleFor(c => c.Size).InclusiveBetween(1, 10_000);
        RuleFor(c => c.Capacity).InclusiveBetween(1, 1000);
        RuleFor(c => c.Bases).MaximumItems(20);
        RuleForEach(c => c.Bases).SetValidator(point);
        RuleFor(c => c.Serves).MaximumItems(200);
        RuleForEach(c => c.Serves).MaximumLength(12);
        RuleForEach(c => c.Serves)
            .Must(code => catalogue.Regions.Find(code) is not null)
            .Says("region_unknown", "没有这个行政区划代码，见 GET /v1/regions。", "There is no such region. See GET /v1/regions.");
        RuleFor(c => c.RadiusKm).InclusiveBetween(1, Team.WidestRadiusKm);
        RuleFor(c => c.Forms).MaximumItems(5);
    }
}
