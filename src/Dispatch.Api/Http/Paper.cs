using System.Security.Cryptography;
using System.Text;

namespace Dispatch.Api.Http;

/// <summary>What every page to print has in common: it loads nothing, runs nothing, and may have one style, its own.</summary>
internal static class Paper
{
    /// <param name="style">It stands as it is: what somebody wrote must be escaped in it already.</param>
    public static byte[] Html(Language language, Markup title, string style, Markup body) =>
        Encoding.UTF8.GetBytes(
            $"<!doctype html>\n<html lang=\"{language.Tag()}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">{Markup.Of($"<title>{title}</title>")}<style>{style}</style></head>\n{body}</html>\n"
        );

    public static string Policy(string style) =>
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style)))}'; "
        + "frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    /// <summary>A style that is shipped with the program.</summary>
    public static string Style(string name)
    {
        using var stream =
            typeof(Paper).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"{name} is missing.");
        using var text = new StreamReader(stream);
        return text.ReadToEnd();
    }
}
