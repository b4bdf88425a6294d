using System.Text;

namespace Dispatch.Domain.Safety;

/// <summary>A text as the words of the rules are written: half width, lower case, simplified characters, no blanks inside words. Each character
/// remembers where it stood, so that what was found can be quoted as it was written.</summary>
internal sealed class PlainText
{
    // 繁 before 简, pair by pair: the characters that occur in the words of the rules.
    // Written as pairs: the traditional character, then the simplified one.
    private const string Traditional =
        "們们電电觸触線线觀观氣气頭头來来麼么沒没個个過过還还說说話话聽听對对錢钱資资發发豬猪雞鸡鴨鸭鵝鹅馬马魚鱼蝦虾羣群農农藥药傷伤壓压斷断臟脏髒脏體体頸颈腦脑脈脉腫肿燒烧熱热凍冻暈晕樓楼橋桥車车廠厂場场門门開开關关燈灯錶表機机構构報报買买賣卖賠赔"
        + "償偿險险訓训講讲課课學学習习書书畫画劇剧戲戏遊游軟软統统維维護护檢检測测試试驗验歲岁兒儿媽妈爺爷嬰婴寶宝產产婦妇無无為为與与嗎吗爛烂臉脸紅红黃黄綠绿噴喷濕湿濺溅鐵铁鋼钢鋁铝銅铜鋸锯鑽钻輪轮軋轧絞绞纏缠夾夹壞坏裏里裡里邊边後后從从會会應应該该"
        + "讓让給给認认罵骂辭辞職职顧顾約约責责壽寿棄弃絕绝終终結结離离別别遺遗囑嘱夢梦覺觉難难憂忧鬱郁悶闷憤愤殺杀傳传";

    // Characters of Cantonese, Wu and other speech, as the plain language says them: 唔想做人 reads 不想做人, 勿想活 reads 不想活.
    private const string Spoken =
        "嗰个冇没唔不咗了啲些喺在嘅的係是佢他哋们攞拿睇看瞓睡畀给俾给勿不弗不恁你搵找侬你俺我咱我阮我伊他囝娃囡娃伢娃哒了噶的啦了嘞了哩了";

    private static readonly Dictionary<char, char> Plainer = Pairs();

    private readonly int[] written;
    private readonly string source;

    private PlainText(string source, string letters, int[] written) => (this.source, Letters, this.written) = (source, letters, written);

    public string Letters { get; }

    public static PlainText Of(string source)
    {
        var letters = new StringBuilder(source.Length);
        var origin = new int[source.Length + 1];
        for (var at = 0; at < source.Length; at++)
        {
            var letter = Plain(source[at]);
            if (letter == ' ' && !EndsClause(letters, source, at))
            {
                continue;
            }

            origin[letters.Length] = at;
            letters.Append(letter);
        }

        origin[letters.Length] = source.Length;
        return new PlainText(source, letters.ToString(), origin);
    }

    /// <summary>The letters of a stretch as they were written.</summary>
    public string Quote(int start, int end) => source[written[start]..(written[end - 1] + 1)];

    // People who write without punctuation put a blank where a comma belongs; people who s p e l l put it between letters.
    private static bool EndsClause(StringBuilder before, string source, int at)
    {
        var alone = before.Length >= 2 && before[^2] == ' ';
        var spelled = at + 2 < source.Length && char.IsWhiteSpace(source[at + 2]);
        return before.Length > 0 && before[^1] != ' ' && !alone && !spelled;
    }

    private static char Plain(char letter) =>
        letter switch
        {
            '\n' or '\r' => '\n',
            _ when char.IsWhiteSpace(letter) || letter is '\u200b' or '\u200c' or '\u200d' or '\ufeff' => ' ',
            >= '！' and <= '～' => char.ToLowerInvariant((char)(letter - '！' + '!')),
            _ when Plainer.TryGetValue(letter, out var simplified) => simplified,
            _ => char.ToLowerInvariant(letter),
        };

    private static Dictionary<char, char> Pairs()
    {
        var pairs = new Dictionary<char, char>();
        foreach (var pair in (Traditional + Spoken).Chunk(2))
        {
            pairs[pair[0]] = pair[1];
        }

        return pairs;
    }
}
