using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Api.Tests;

/// <summary>A service whose callers come from the addresses they are given: in this process there is no connection that had one.</summary>
public abstract class FromAddresses : RunningService
{
    private const string Header = "Test-Address";

    /// <summary>The same caller at an address.</summary>
    public static HttpClient At(HttpClient client, string address)
    {
        client.DefaultRequestHeaders.Remove(Header);
        client.DefaultRequestHeaders.Add(Header, address);
        return client;
    }

    protected override void Replace(IServiceCollection services) => services.AddTransient<IStartupFilter, Addresses>();

    private sealed class Addresses : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) =>
            app =>
            {
                app.Use(
                    (context, rest) =>
                    {
                        context.Connection.RemoteIpAddress = IPAddress.Parse(context.Request.Headers[Header].ToString());
                        return rest(context);
                    }
                );
                next(app);
            };
    }
}
