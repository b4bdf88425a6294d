using System.Text.RegularExpressions;

namespace Dispatch.Domain.Requests;

/// <summary>Takes out of a text what points to a person or a house, before others than those concerned read or learn from it. What a measure says
/// (pH 5.2, 3 kg) stays. Known names are taken out to the letter; the rest goes by form, and rather too much than too little.</summary>
public static partial class PersonalData
{
    private const string Hidden = "***";
    private const string Some = "某";

    // So short a name would be found inside other words.
    private const int ShortestName = 2;

    /// <param name="names">Names and addresses that are known of the people concerned.</param>
    public static string MaskIn(string text, IEnumerable<string?> names)
    {
        foreach (var name in names.OfType<string>().Select(name => name.Trim()).Where(name => name.Length >= ShortestName))
        {
            text = text.Replace(name, Some, StringComparison.OrdinalIgnoreCase);
        }

        text = Address().Replace(PhoneNumber.MaskIn(text), Hidden);
        text = Account().Replace(text, "${kind}" + Hidden);
        text = LongNumber().Replace(text, Hidden);
        text = House().Replace(text, Hidden);
        text = Place().Replace(text, Some + "${kind}");
        text = Titled().Replace(text, Some + "${title}");
        text = Familiar().Replace(text, Some);
        return Introduced().Replace(text, "${word}" + Some);
    }

    [GeneratedRegex(
        @"https?://\S+|www\.\S+|[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{3,255}",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 10_000
    )]
    private static partial Regex Address();

    [GeneratedRegex(
        @"(?<kind>(微信|威信|[Qq][Qq]|[Vv][Xx]|[Ww][Xx])号?[是为:：]?\s*)[A-Za-z0-9_-]{4,}",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 10_000
    )]
    private static partial Regex Account();

    // Phone numbers that are no mobiles, those half masked, identity and account numbers; also spoken digit by digit.
    [GeneratedRegex(
        @"[0-9０-９][0-9０-９*\-－ ]{3,}[0-9０-９xX]|[零〇一二三四五六七八九幺]{7,}",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 10_000
    )]
    private static partial Regex LongNumber();

    [GeneratedRegex(
        @"[0-9０-９一二三四五六七八九十百]+(号楼|号院|栋|幢|单元|室|弄|号门|号(?![机线炉]))|[0-9０-９]+(组|队)",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 10_000
    )]
    private static partial Regex House();

    [GeneratedRegex(
        @"[一-龥]{2,3}(?<kind>街道|社区|小区|公司|合作社|镇|乡|村|屯|厂|县|(?<![超门城上夜菜])市(?!场)|(路|街|巷)(?=\*\*\*))",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 10_000
    )]
    private static partial Regex Place();

    [GeneratedRegex(
        @"[王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文]"
            + "[一-龥]{0,2}?(?<title>先生|女士|小姐|师傅|老板|经理|主任|书记|厂长|村长|镇长|医生|老师|大爷|大妈|大叔|阿姨|同志|工程师|总(?=[，。、；！？\\s]|$))",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 10_000
    )]
    private static partial Regex Titled();

    // 老王, 小李: of the names that are no words beside these.
    [GeneratedRegex(
        "[老小阿][王李张刘陈杨赵周吴徐孙胡朱何郭罗宋郑谢韩唐冯董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛阎余潘杜戴钟汪姜范姚谭廖邹陆郝崔邱秦顾侯邵孟尹黎乔贺赖龚](?![一-龥]?[树花果苗菜瓜鱼])",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 10_000
    )]
    private static partial Regex Familiar();

    [GeneratedRegex(
        "(?<word>我叫|名叫|我姓|姓名[是为:：]?|联系人[是为:：]?)[一-龥]{1,4}",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 10_000
    )]
    private static partial Regex Introduced();
}
