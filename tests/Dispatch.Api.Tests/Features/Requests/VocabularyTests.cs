using Dispatch.Api.Features.Requests;
using Dispatch.Api.Storage;
using Dispatch.Api.Tests.Http;
using Dispatch.Domain.Assigning;
using Dispatch.Domain.Offers;
using Dispatch.Domain.Requests;
using Dispatch.Domain.Visits;
using Xunit;

namespace Dispatch.Api.Tests.Features.Requests;

public sealed class VocabularyTests
{
    [Fact]
    public void Every_state_and_move_has_its_Chinese_word_beside_the_word_of_the_contract()
    {
        Named<HelpRequestState>();
        Named<HelpRequestAction>();
        Named<OfferState>();
        Named<OfferAction>();
        Named<AssignmentState>();
        Named<AssignmentAction>();
        Named<VisitState>();
        Named<VisitAction>();
        Named<DispatchRunState>();
        Named<DispatchRunAction>();
    }

    private static void Named<T>()
        where T : struct, Enum
    {
        var words = Enum.GetValues<T>().Select(word => (Code: Words.Of(word), Said: Vocabulary.Of(word))).ToList();
        Assert.All(words, word => Assert.Equal(word.Code, word.Said.En));
        Assert.All(words, word => Assert.EndsWith($"（{word.Code}）", word.Said.Zh, StringComparison.Ordinal));
        Assert.All(words, word => Assert.True(word.Said.Zh.HasChinese(), word.Said.Zh));
        Assert.Equal(words.Count, words.Select(word => word.Said.Zh.Split('（')[0]).Distinct(StringComparer.Ordinal).Count());
    }
}
