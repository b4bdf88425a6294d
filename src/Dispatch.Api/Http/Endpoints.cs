using Dispatch.Api.Http.Access;
using Dispatch.Api.Http.Contract;
using Microsoft.AspNetCore.Http.Metadata;

namespace Dispatch.Api.Http;

/// <summary>The kinds of endpoint there are, each with the conventions it keeps.</summary>
internal static class Endpoints
{
    /// <summary>Makes a resource: 201, <c>Location</c>, <c>ETag</c>; the key is required.</summary>
    public static RouteHandlerBuilder Creates<TView>(this RouteHandlerBuilder endpoint)
    {
        endpoint.Made<TView>().RequireIdempotencyKey();
        return endpoint;
    }

    /// <summary>Begins what is done in the background: 202 with the place where it is watched; the key is required.</summary>
    public static RouteHandlerBuilder Awaits<TView>(this RouteHandlerBuilder endpoint) =>
        endpoint.Made<TView>(StatusCodes.Status202Accepted).RequireIdempotencyKey();

    /// <summary>Makes a resource and shows a secret of it this once: no answer is kept, and so no key is honoured.</summary>
    public static RouteHandlerBuilder CreatesSecret<TView>(this RouteHandlerBuilder endpoint) =>
        endpoint.Made<TView>().WithMetadata(new KeepsNoAnswer());

    /// <summary>Answers with a secret, or takes one: no answer is kept, and so no key is honoured.</summary>
    public static RouteHandlerBuilder AnswersSecret(this RouteHandlerBuilder endpoint) =>
        endpoint.WithMetadata(new KeepsNoAnswer()).ReadAcceptLanguage();

    /// <summary>Open to everyone, and lets in only who has the right word.</summary>
    public static RouteHandlerBuilder SignsIn(this RouteHandlerBuilder endpoint) =>
        endpoint.AnswersSecret().WithMetadata(new RefusesSignIn());

    private static RouteHandlerBuilder Made<TView>(this RouteHandlerBuilder endpoint, int status = StatusCodes.Status201Created)
    {
        endpoint.Produces<TView>(status).AnswerWithETag().ReadAcceptLanguage();
        endpoint.Finally(builder =>
        {
            foreach (
                var inferred in builder
                    .Metadata.OfType<IProducesResponseTypeMetadata>()
                    .Where(answer => answer.StatusCode == StatusCodes.Status200OK)
                    .ToList()
            )
            {
                builder.Metadata.Remove(inferred);
            }
        });
        return endpoint;
    }

    /// <summary>Somebody else may have to agree first: 202 with the place of what is waited for.</summary>
    public static RouteHandlerBuilder MayAwait<TView>(this RouteHandlerBuilder endpoint) =>
        endpoint.Produces<TView>(StatusCodes.Status202Accepted);

    /// <summary>Moves something on; the key is honoured when sent, and so is If-Match.</summary>
    public static RouteHandlerBuilder Acts(this RouteHandlerBuilder endpoint) =>
        endpoint.AcceptIdempotencyKey().AnswerWithETag().ReadAcceptLanguage().Goes(Precedence.First);

    /// <summary>Moves something on, once and for all; the key is required.</summary>
    public static RouteHandlerBuilder ActsOnce(this RouteHandlerBuilder endpoint) =>
        endpoint.RequireIdempotencyKey().AnswerWithETag().ReadAcceptLanguage().Goes(Precedence.First);

    /// <summary>Replaces what the caller has read: If-Match is required.</summary>
    public static RouteHandlerBuilder Replaces(this RouteHandlerBuilder endpoint) =>
        endpoint.RequireIfMatch().AcceptIdempotencyKey().AnswerWithETag().ReadAcceptLanguage();

    /// <summary>Replaces what the caller has read, or makes it under the id in the URL: If-Match is required where it is there.</summary>
    public static RouteHandlerBuilder ReplacesOrCreates<TView>(this RouteHandlerBuilder endpoint) =>
        endpoint
            .Produces<TView>(StatusCodes.Status200OK)
            .Produces<TView>(StatusCodes.Status201Created)
            .Replaces()
            .WithMetadata(new MakesWhereAbsent());

    /// <summary>Reads one resource: <c>ETag</c> and <c>If-None-Match</c>.</summary>
    public static RouteHandlerBuilder ShowsOne(this RouteHandlerBuilder endpoint) => endpoint.AnswerConditionally().ReadAcceptLanguage();

    /// <summary>Answers a question that does not fit a URL, and stores nothing.</summary>
    public static RouteHandlerBuilder Reads(this RouteHandlerBuilder endpoint) =>
        endpoint.AcceptIdempotencyKey().ReadAcceptLanguage().Goes(Precedence.Last);

    /// <summary>Reads a collection whose items have places: as a map too.</summary>
    public static RouteHandlerBuilder ShowsMap(this RouteHandlerBuilder endpoint) => endpoint.WithMetadata(new OffersGeoJson());

    /// <summary>Reads a collection.</summary>
    public static RouteHandlerBuilder ShowsMany(this RouteHandlerBuilder endpoint) => endpoint.ReadAcceptLanguage().Goes(Precedence.Last);

    /// <summary>When its turn is while more is asked than can be done; otherwise <see cref="Precedence.Usual"/>.</summary>
    public static RouteHandlerBuilder Goes(this RouteHandlerBuilder endpoint, Precedence precedence) =>
        endpoint.WithMetadata(new GoesBy(precedence));
}
