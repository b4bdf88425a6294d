using System.Reflection;
using System.Text.Json;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Storage;
using Dispatch.Api.Storage.Auditing;
using Dispatch.Api.Telemetry;
using FluentValidation;
using MediatR;

namespace Dispatch.Api.Http;

/// <summary>A message that changes something. Its handler runs inside one transaction and awaits nothing but its session.</summary>
internal interface ICommand<out TResponse> : IRequest<TResponse>;

/// <summary>A command that makes a new resource: answered 201 with its place.</summary>
internal interface ICreates<out TResponse> : ICommand<TResponse>
    where TResponse : IResource;

/// <summary>A question whose answer does not lie in the region of whoever asks: of the bearer of a track token, of a team wherever it went, of several regions beside
/// one another. Its handler decides what is told.</summary>
internal interface IBeyondRegion;

/// <summary>A view of one stored thing, with the place it is found at and the version of its row.</summary>
internal interface IResource
{
    /// <summary>Path below the service root, such as <c>/v1/requests/…</c>.</summary>
    string Place();

    /// <summary>Counts up by one with every change of the row.</summary>
    long Version { get; }

    /// <summary>True when a creation found it made already (the same external number twice): answered 200, not 201.</summary>
    bool WasThere => false;

    /// <summary>Where somebody else must agree first: answered 202 with that place.</summary>
    string? AwaitedAt => null;
}

/// <summary>First behaviour: the validator of the message, before any transaction begins.</summary>
internal sealed class Validated<TRequest, TResponse>(IEnumerable<IValidator<TRequest>> validators) : IPipelineBehavior<TRequest, TResponse>
    where TRequest : IRequest<TResponse>
{
    public async Task<TResponse> Handle(TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResponse> next)
    {
        foreach (var validator in validators)
        {
            await validator.ValidateAndThrowAsync(request, cancellationToken);
        }

        return await next();
    }
}

/// <summary>Second behaviour, queries only: of somebody whose reach is a region the session shows no other, until the question is answered.</summary>
internal sealed class Walled<TRequest, TResponse>(Session db, Caller caller) : IPipelineBehavior<TRequest, TResponse>
    where TRequest : IRequest<TResponse>
{
    public async Task<TResponse> Handle(TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResponse> next)
    {
        if (request is ICommand<TResponse>)
        {
            return await next();
        }

        // One call may ask several questions, one of them beyond the region.
        var around = db.Within;
        db.Within = request is not IBeyondRegion && caller.SeesRegions ? caller.RegionCode : null;
        try
        {
            return await next();
        }
        finally
        {
            db.Within = around;
        }
    }
}

/// <summary>Third behaviour, commands only: one transaction around the handler, the kept answer and the line in the audit; answered after the commit.
/// The audit calls what was done by the name of the message.</summary>
internal sealed class Transactional<TRequest, TResponse>(Database database, Session db, KeptAnswer kept, AuditTrail trail)
    : IPipelineBehavior<TRequest, TResponse>
    where TRequest : IRequest<TResponse>
{
    public async Task<TResponse> Handle(TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResponse> next)
    {
        if (request is not ICommand<TResponse>)
        {
            return await next();
        }

        TResponse response = default!;
        var name = typeof(TRequest).Name;
        using var span = Spans.Begin(name);
        try
        {
            await database.Write(db, Turn, cancellationToken);
        }
        catch (Exception cause) when (Spans.Failed(span, cause))
        {
            throw;
        }

        return response;

        async Task Turn()
        {
            if (await kept.Replay(db))
            {
                await trail.Repeated(name, kept.Seen, kept.Found!.Location);
                return;
            }

            response = await next();
            var on = (response is IResource resource ? AuditObject.At(resource.Place()) : null) ?? Target.Of(request);
            await kept.Keep(db, Answer.To(request, response, kept.Language), trail.Seen, trail.RequestOf(on));
            await trail.Did(name, on);
        }
    }

    /// <summary>What a message names by the first of its ids, where the answer does not say it.</summary>
    private static class Target
    {
        private const string Suffix = "Id";

        private static readonly PropertyInfo? Named = Array.Find(
            typeof(TRequest).GetProperties(),
            member => member.PropertyType == typeof(Guid) && member.Name.EndsWith(Suffix, StringComparison.Ordinal)
        );

        public static AuditObject? Of(TRequest request) =>
            Named is null
                ? null
                : new AuditObject(
                    JsonNamingPolicy.SnakeCaseLower.ConvertName(Named.Name[..^Suffix.Length]),
                    ((Guid)Named.GetValue(request)!).ToString("D")
                );
    }
}

/// <summary>MediatR 5 registered by hand: the one place that knows its version.</summary>
internal static class Mediation
{
    public static void AddMediation(this IServiceCollection services)
    {
        services.AddScoped<ServiceFactory>(provider => provider.GetRequiredService);
        services.AddScoped<IMediator, Mediator>();
        services.AddScoped(typeof(IPipelineBehavior<,>), typeof(Validated<,>));
        services.AddScoped(typeof(IPipelineBehavior<,>), typeof(Walled<,>));
        services.AddScoped(typeof(IPipelineBehavior<,>), typeof(Transactional<,>));
        foreach (
            var type in typeof(Mediation).Assembly.GetTypes().Where(type => type is { IsAbstract: false, IsGenericTypeDefinition: false })
        )
        {
            foreach (var contract in type.GetInterfaces().Where(IsHandler))
            {
                services.AddScoped(contract, type);
            }
        }

        foreach (var found in AssemblyScanner.FindValidatorsInAssembly(typeof(Mediation).Assembly, includeInternalTypes: true))
        {
            services.AddSingleton(found.InterfaceType, found.ValidatorType);
        }
    }

    private static bool IsHandler(Type contract) =>
        contract.IsGenericType && contract.GetGenericTypeDefinition() == typeof(IRequestHandler<,>);
}
