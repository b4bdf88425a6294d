using Dispatch.Domain.Geography;
using Xunit;

namespace Dispatch.Domain.Tests.Geography;

public sealed class RegionTreeTests
{
    // 331099 stands below another city than its digits say; two counties are called 鼓楼区; 中山市 has no counties;
    // 济源市 stands directly below its province; the census code of 清港镇, 331083101, is the living code of 楚门镇.
    private static readonly Region[] Regions =
    [
        new("330000", "浙江省", RegionLevel.Province, null, new(30.2937, 120.1614)),
        new("331000", "台州市", RegionLevel.City, "330000", new(28.6627, 121.4331)),
        new("331083", "玉环市", RegionLevel.County, "331000", new(28.1383, 121.2262)),
        new("331083100", "清港镇", RegionLevel.Township, "331083", new(28.2531, 121.2828)),
        new("331083101", "楚门镇", RegionLevel.Township, "331083", new(28.2176, 121.2895)),
        new("331083102", "干江镇", RegionLevel.Township, "331083", new(28.1684, 121.3471)),
        new("331100", "丽水市", RegionLevel.City, "330000", new(28.4604, 119.9103)),
        new("331126", "庆元县", RegionLevel.County, "331100", new(27.6217, 119.0592)),
        new("331181", "龙泉市", RegionLevel.County, "331100", new(28.0778, 119.1364)),
        new("331099", "瓯江区", RegionLevel.County, "331100", new(28.2000, 119.7000)),
        new("440000", "广东省", RegionLevel.Province, null, new(23.1167, 113.2500)),
        new("440300", "深圳市", RegionLevel.City, "440000", new(22.5455, 114.0683)),
        new("440305", "南山区", RegionLevel.County, "440300", new(22.5363, 113.9256)),
        new("442000", "中山市", RegionLevel.City, "440000", new(22.5231, 113.3791)),
        new("442000100", "小榄镇", RegionLevel.Township, "442000", new(22.6669, 113.2443)),
        new("320000", "江苏省", RegionLevel.Province, null, new(32.0617, 118.7778)),
        new("320100", "南京市", RegionLevel.City, "320000", new(32.0603, 118.7969)),
        new("320106", "鼓楼区", RegionLevel.County, "320100", new(32.0664, 118.7697)),
        new("320300", "徐州市", RegionLevel.City, "320000", new(34.2618, 117.1859)),
        new("320302", "鼓楼区", RegionLevel.County, "320300", new(34.2885, 117.1856)),
        new("410000", "河南省", RegionLevel.Province, null, new(34.7655, 113.7536)),
        new("419001", "济源市", RegionLevel.County, "410000", new(35.0672, 112.6023)),
    ];

    private static readonly (string Alias, string Code)[] Aliases =
    [
        ("331021", "331083"),
        ("332502", "331181"),
        ("331083101", "331083100"),
        ("331083103", "331083102"),
    ];

    private static readonly RegionTree Tree = new(Regions, Aliases);

    [Theory]
    [InlineData("331083", "玉环市")]
    [InlineData("331021", "玉环市")]
    [InlineData("332502", "龙泉市")]
    [InlineData("331083103", "干江镇")]
    [InlineData("331083101", "楚门镇")]
    [InlineData("331084", null)]
    [InlineData("33108", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void A_code_leads_to_its_region_a_former_code_to_the_successor_and_a_living_code_wins(string? code, string? name) =>
        Assert.Equal(name, Tree.Find(code)?.Name);

    [Theory]
    [InlineData("浙江省台州市玉环市", "331083")]
    [InlineData("台州市玉环市", "331083")]
    [InlineData("玉环市", "331083")]
    [InlineData("浙江省玉环市", "331083")]
    [InlineData("浙江省 台州市 玉环市", "331083")]
    [InlineData("浙江省/台州市／玉环市　清港镇", "331083100")]
    [InlineData(" 浙江省 ", "330000")]
    [InlineData("广东省中山市小榄镇", "442000100")]
    [InlineData("丽水市瓯江区", "331099")]
    [InlineData("南京市鼓楼区", "320106")]
    [InlineData("江苏省徐州市鼓楼区", "320302")]
    [InlineData("鼓楼区", null)]
    [InlineData("江苏省鼓楼区", null)]
    [InlineData("丽水市玉环市", null)]
    [InlineData("玉环市台州市", null)]
    [InlineData("台州市浙江省玉环市", null)]
    [InlineData("台州市台州市", null)]
    [InlineData("浙江省玉环", null)]
    [InlineData("环市", null)]
    [InlineData("某省玉环市", null)]
    [InlineData("", null)]
    [InlineData(" / ", null)]
    [InlineData(null, null)]
    public void A_path_of_names_leads_to_the_one_region_it_fits(string? path, string? code) =>
        Assert.Equal(code, Tree.FindByPath(path)?.Code);

    [Theory]
    [InlineData(28.1684, 121.3471, "331083")]
    [InlineData(28.1383, 121.2262, "331083")]
    [InlineData(22.6669, 113.2443, "442000")]
    [InlineData(22.5455, 114.0683, "440305")]
    [InlineData(31.2304, 121.4737, "320106")]
    [InlineData(28.6627, 121.4331, "331083")]
    public void A_point_is_nearest_to_a_county_or_to_a_city_without_counties(double lat, double lng, string code)
    {
        var point = new GeoPoint(lat, lng);

        var nearest = Tree.Nearest(point)!.Value;

        Assert.Equal(code, nearest.Region.Code);
        Assert.Equal(Distance.GreatCircleKm(point, nearest.Region.Point), nearest.Km);
    }

    [Fact]
    public void The_nearest_county_is_the_one_at_the_smallest_great_circle_distance_everywhere()
    {
        var counties = Regions.Where(region => region.Level is RegionLevel.County || region.Code == "442000").ToList();
        for (var lat = 18.0; lat <= 53; lat += 1.7)
        {
            for (var lng = 74.0; lng <= 135; lng += 1.7)
            {
                var point = new GeoPoint(lat, lng);
                Assert.Equal(counties.Min(county => Distance.GreatCircleKm(point, county.Point)), Tree.Nearest(point)!.Value.Km);
            }
        }
    }

    [Fact]
    public void Of_two_counties_equally_near_the_lower_code_is_taken_whatever_order_they_came_in()
    {
        var here = new GeoPoint(30, 120);
        Region[] twins = [new("330002", "乙县", RegionLevel.County, null, here), new("330001", "甲县", RegionLevel.County, null, here)];

        Assert.Equal("330001", new RegionTree(twins, []).Nearest(here)!.Value.Region.Code);
    }

    [Fact]
    public void Without_counties_nothing_is_near() => Assert.Null(new RegionTree([], []).Nearest(new GeoPoint(30, 120)));

    [Theory]
    [InlineData("331083100", "331083", true)]
    [InlineData("331083100", "330000", true)]
    [InlineData("331083", "331083", true)]
    [InlineData("331083", "331021", true)]
    [InlineData("331021", "331000", true)]
    [InlineData("331083", "331083100", false)]
    [InlineData("331099", "331000", false)]
    [InlineData("331099", "331100", true)]
    [InlineData("331100", "331000", false)]
    [InlineData("440000", "330000", false)]
    [InlineData("999999", "330000", false)]
    [InlineData("331083", "999999", false)]
    [InlineData("999999", "999999", false)]
    [InlineData(null, null, false)]
    public void A_region_lies_within_another_by_its_parents_never_by_its_digits(string? code, string? ancestor, bool within) =>
        Assert.Equal(within, Tree.IsWithin(code, ancestor));

    [Fact]
    public void Within_and_ancestors_agree_for_every_pair()
    {
        foreach (var inner in Regions)
        {
            var ancestors = Tree.Ancestors(inner.Code).Select(region => region.Code).ToHashSet();
            Assert.All(Regions, outer => Assert.Equal(ancestors.Contains(outer.Code), Tree.IsWithin(inner.Code, outer.Code)));
        }
    }

    [Theory]
    [InlineData("331083100", "331083100 331083 331000 330000")]
    [InlineData("331021", "331083 331000 330000")]
    [InlineData("330000", "330000")]
    [InlineData("999999", "")]
    public void Ancestors_go_from_the_region_itself_upwards(string code, string expected) =>
        Assert.Equal(expected, Codes(Tree.Ancestors(code)));

    [Theory]
    [InlineData("330000", "331000 331100")]
    [InlineData("331100", "331099 331126 331181")]
    [InlineData("331021", "331083100 331083101 331083102")]
    [InlineData("331083100", "")]
    [InlineData("999999", "")]
    public void Children_are_the_regions_directly_below_by_code(string code, string expected) =>
        Assert.Equal(expected, Codes(Tree.Children(code)));

    [Theory]
    [InlineData("331000", "331000 331083 331083100 331083101 331083102")]
    [InlineData("331100", "331100 331099 331126 331181")]
    [InlineData("442000100", "442000100")]
    [InlineData("331021", "331083 331083100 331083101 331083102")]
    [InlineData("999999", "")]
    public void A_subtree_is_the_region_and_all_below_it(string code, string expected) => Assert.Equal(expected, Codes(Tree.Subtree(code)));

    [Fact]
    public void All_regions_stand_after_their_parents()
    {
        var seen = new HashSet<string>();
        Assert.Equal(Regions.Length, Tree.All.Count);
        Assert.All(
            Tree.All,
            region =>
            {
                Assert.True(region.ParentCode is null || seen.Contains(region.ParentCode));
                Assert.True(seen.Add(region.Code));
            }
        );
    }

    [Theory]
    [InlineData("331083100", RegionLevel.Province, "330000")]
    [InlineData("331083100", RegionLevel.City, "331000")]
    [InlineData("331083100", RegionLevel.County, "331083")]
    [InlineData("331083100", RegionLevel.Township, "331083100")]
    [InlineData("331021", RegionLevel.County, "331083")]
    [InlineData("442000", RegionLevel.County, "442000")]
    [InlineData("442000100", RegionLevel.County, "442000")]
    [InlineData("442000100", RegionLevel.City, "442000")]
    [InlineData("419001", RegionLevel.Province, "410000")]
    [InlineData("419001", RegionLevel.City, null)]
    [InlineData("440300", RegionLevel.County, null)]
    [InlineData("331083", RegionLevel.Township, null)]
    [InlineData("331083", RegionLevel.Country, null)]
    [InlineData("999999", RegionLevel.Province, null)]
    public void A_place_is_enclosed_by_its_county_city_and_province(string code, RegionLevel level, string? expected) =>
        Assert.Equal(expected, Tree.Enclosing(code, level)?.Code);

    [Theory]
    [InlineData("331083100", null, null, "331083100", 28.2531, 121.2828, false)]
    [InlineData("331021", null, null, "331083", 28.1383, 121.2262, false)]
    [InlineData(null, 28.1684, 121.3471, "331083", 28.1684, 121.3471, true)]
    [InlineData(null, 22.6669, 113.2443, "442000", 22.6669, 113.2443, true)]
    [InlineData("331083", 28.2531, 121.2828, "331083", 28.2531, 121.2828, true)]
    [InlineData("331126", 28.0778, 119.1364, null, 0, 0, false)]
    [InlineData("331126", 28.0000, 119.0900, "331126", 28.0000, 119.0900, true)]
    [InlineData("331000", 28.1684, 121.3471, "331000", 28.1684, 121.3471, true)]
    [InlineData("330000", 28.1684, 121.3471, "330000", 28.1684, 121.3471, true)]
    public void A_given_code_stands_and_a_missing_half_is_completed(
        string? code,
        double? lat,
        double? lng,
        string? region,
        double placedLat,
        double placedLng,
        bool ownPoint
    )
    {
        var placement = Tree.Place(code, Point(lat, lng));

        Placement expected = region is null
            ? new NotPlaced(PlacementFault.PointContradictsRegion)
            : new Placed(Tree.Find(region)!, new GeoPoint(placedLat, placedLng), ownPoint);
        Assert.Equal(expected, placement);
    }

    [Theory]
    [InlineData(null, null, null, PlacementFault.NothingGiven)]
    [InlineData("999999", null, null, PlacementFault.UnknownRegion)]
    [InlineData("", null, null, PlacementFault.UnknownRegion)]
    [InlineData("999999", 28.1684, 121.3471, PlacementFault.UnknownRegion)]
    [InlineData(null, 48.8584, 2.2945, PlacementFault.OutsideChina)]
    [InlineData("331083", 48.8584, 2.2945, PlacementFault.OutsideChina)]
    [InlineData(null, double.NaN, 121.0, PlacementFault.OutsideChina)]
    [InlineData(null, 28.0, double.PositiveInfinity, PlacementFault.OutsideChina)]
    [InlineData(null, 40.0, 85.0, PlacementFault.FarFromAnyCounty)]
    [InlineData("331083", 40.0, 85.0, PlacementFault.PointContradictsRegion)]
    [InlineData("440305", 28.1684, 121.3471, PlacementFault.PointContradictsRegion)]
    public void A_place_that_cannot_be_found_says_why(string? code, double? lat, double? lng, PlacementFault fault) =>
        Assert.Equal(new NotPlaced(fault), Tree.Place(code, Point(lat, lng)));

    [Theory]
    [InlineData(59.9, true)]
    [InlineData(60.1, false)]
    public void A_point_belongs_to_the_nearest_county_up_to_sixty_kilometres(double km, bool placed) =>
        Assert.Equal(placed, Tree.Place(null, NorthOf("419001", km)) is Placed { Region.Code: "419001" });

    [Theory]
    [InlineData(49.9, true)]
    [InlineData(50.1, false)]
    public void A_point_contradicts_a_code_only_beyond_fifty_kilometres(double km, bool placed) =>
        Assert.Equal(placed, Tree.Place("419001", NorthOf("419001", km)) is Placed { Region.Code: "419001" });

    [Fact]
    public void A_point_far_from_the_seat_but_near_a_township_does_not_contradict_the_county()
    {
        Region[] wide =
        [
            new("650000", "甲省", RegionLevel.Province, null, new(43.8, 87.6)),
            new("652824", "乙县", RegionLevel.County, "650000", new(39.0, 88.2)),
            new("652824100", "丙镇", RegionLevel.Township, "652824", new(38.0, 91.0)),
        ];
        var tree = new RegionTree(wide, []);
        var point = new GeoPoint(38.2, 91.2);

        Assert.IsType<Placed>(tree.Place("652824", point));
        Assert.Equal(new NotPlaced(PlacementFault.FarFromAnyCounty), tree.Place(null, point));
    }

    [Fact]
    public void Data_that_are_no_tree_are_refused()
    {
        var county = Regions[2];
        var province = Regions[0];

        Assert.Throws<ArgumentException>(() => new RegionTree([county], []));
        Assert.Throws<ArgumentException>(() => new RegionTree([province, province], []));
        Assert.Throws<ArgumentException>(() => new RegionTree([province, province with { Code = "330001", ParentCode = "330000" }], []));
        Assert.Throws<ArgumentException>(() => new RegionTree([province with { ParentCode = "330000" }], []));
        Assert.Throws<ArgumentException>(() => new RegionTree(Regions, [("331021", "999999")]));
        Assert.Throws<ArgumentException>(() => new RegionTree(Regions, [("331021", "331083"), ("331021", "331181")]));
    }

    private static string Codes(IEnumerable<Region> regions) => string.Join(' ', regions.Select(region => region.Code));

    private static GeoPoint? Point(double? lat, double? lng) => lat is null ? null : new GeoPoint(lat.Value, lng!.Value);

    private static GeoPoint NorthOf(string code, double km)
    {
        var point = Tree.Find(code)!.Point;
        return point with { Lat = point.Lat + double.RadiansToDegrees(km / 6371.0088) };
    }
}
