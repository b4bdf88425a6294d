namespace Dispatch.Api.Http.Contract;

/// <summary>A request without an <c>Idempotency-Key</c> is refused with 400.</summary>
internal sealed record RequiresIdempotencyKey;

/// <summary>An <c>Idempotency-Key</c> is honoured when it is sent.</summary>
internal sealed record AcceptsIdempotencyKey;

/// <summary>Its answer holds a secret, or its question does: neither is kept for a repeat, and an <c>Idempotency-Key</c> is ignored.</summary>
internal sealed record KeepsNoAnswer;

/// <summary>Open to everyone, and answers 401 or 403 to whoever is not let in.</summary>
internal sealed record RefusesSignIn;

/// <summary>A request without <c>If-Match</c> is refused with 428, with a stale one 412.</summary>
internal sealed record RequiresIfMatch;

/// <summary>PUT makes the thing where it is not there: then without <c>If-Match</c>, and <c>If-None-Match: *</c> is honoured.</summary>
internal sealed record MakesWhereAbsent;

/// <summary>The answer carries an <c>ETag</c>; <c>If-None-Match</c> may turn it into 304.</summary>
internal sealed record ConditionalGet;

/// <summary>The answer carries an <c>ETag</c>, the precondition of the next change.</summary>
internal sealed record AnswersWithETag;

/// <summary>Texts for people in the answer follow <c>Accept-Language</c>; codes never do.</summary>
internal sealed record ReadsAcceptLanguage;

internal static class ContractConventions
{
    public static TBuilder RequireIdempotencyKey<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new RequiresIdempotencyKey());

    public static TBuilder AcceptIdempotencyKey<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new AcceptsIdempotencyKey());

    public static TBuilder RequireIfMatch<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new RequiresIfMatch());

    public static TBuilder AnswerConditionally<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new ConditionalGet());

    public static TBuilder AnswerWithETag<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new AnswersWithETag());

    public static TBuilder ReadAcceptLanguage<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new ReadsAcceptLanguage());
}
