using System.Globalization;
using Dispatch.Api.Http;

namespace Dispatch.Api.Features.ServiceRecords;

/// <summary>
/// 志愿服务记录证明 as a page to print, with what the measures on records and certificates of volunteer service (Order 67 of the Ministry of Civil Affairs)
/// want to stand in one: who, when, how long, what, who certifies it and where it is asked after.
/// </summary>
/// <param name="address">Where anybody checks it, whole.</param>
internal sealed class CertificatePage(CertificateView certificate, string address, Language language) : IPage
{
    private static readonly string Style = Paper.Style("Features/ServiceRecords/certificate.css");

    public string Policy => Paper.Policy(Style);

    public byte[] Html => Paper.Html(language, Markup.Of($"{Title} {certificate.Number}"), Style, Body());

    private string Title => Say("志愿服务记录证明", "Certificate of volunteer service");

    private Markup Body() =>
        Markup.Of(
            $"""
            <body>
            <main>
            <h1>{Title}</h1>
            <p class="number">{Say("编号：", "No. ")}{certificate.Number}</p>
            {Revoked()}
            <p class="said">{InWords()}</p>
            <dl>
            {Line("志愿者", "Volunteer", certificate.Name)}
            {Line("服务时间", "Period of service", Say($"{Day(certificate.From)} 至 {Day(certificate.To)}", $"{Day(certificate.From)} to {Day(
                certificate.To
            )}"))}
            {Line("服务次数", "Services", certificate.Services.ToString(CultureInfo.InvariantCulture))}
            {Line("服务时长", "Hours of service", Say($"{Hours} 小时", $"{Hours} hours"))}
            {Line("服务内容", "Content of service", certificate.Content.In(language))}
            {Line("出具单位", "Issued by", certificate.Issuer)}
            {Line("经办人", "Person in charge", certificate.PersonInCharge)}
            {Line("联系方式", "Contact", certificate.Contact)}
            {Line("出具日期", "Issued on", Day(certificate.IssuedOn))}
            </dl>
            <div class="signed"><span>{Say("负责人（签字）：", "Responsible person (signature):")}</span><span>{Say(
                "出具单位（盖章）：",
                "Issuer (seal):"
            )}</span></div>
            <p class="check">{Say("凭编号可在此核验真伪：", "Whether it is genuine and still valid is checked at ")}<b>{address}</b></p>
            </main>
            </body>

            """
        );

    private string Hours => certificate.Hours.ToString("0.0", CultureInfo.InvariantCulture);

    // Whoever prints it all the same hands out what it is.
    private Markup Revoked() =>
        certificate.RevokedAt is null
            ? Markup.Nothing
            : Markup.Of($"""<p class="revoked">{Say("本证明已撤销，无效", "REVOKED: this certificate is not valid")}</p>""");

    private string InWords() =>
        Say(
            $"兹证明{certificate.Name}于{Day(certificate.From)}至{Day(certificate.To)}期间{certificate.Content.Zh}。特此证明。",
            $"This is to certify that {certificate.Name} did the following from {Day(certificate.From)} to {Day(certificate.To)}: {certificate.Content.En}."
        );

    private Markup Line(string zh, string en, string words) => Markup.Of($"<dt>{Say(zh, en)}</dt><dd>{words}</dd>");

    private string Day(DateOnly day) => day.ToString(Say("yyyy年M月d日", "d MMMM yyyy"), CultureInfo.InvariantCulture);

    private string Say(string zh, string en) => new Text(zh, en).In(language);
}
