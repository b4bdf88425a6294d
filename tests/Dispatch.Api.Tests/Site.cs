using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;

namespace Dispatch.Api.Tests;

/// <summary>Where a service would run, for what asks for nothing else.</summary>
internal sealed class Site(string environment) : IHostEnvironment
{
    public string EnvironmentName { get; set; } = environment;
    public string ApplicationName { get; set; } = "Dispatch";
    public string ContentRootPath { get; set; } = "/";
    public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
}
