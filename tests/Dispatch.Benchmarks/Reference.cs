using Dispatch.Api;
using Dispatch.Api.Features.Reference;
using Dispatch.Domain.Geography;
using Dispatch.Domain.Matching;
using Dispatch.Domain.Skills;
using Dispatch.Domain.Suggestions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Benchmarks;

/// <summary>The reference data as the service loads it, in a folder that is gone afterwards.</summary>
internal sealed class Reference : IAsyncDisposable
{
    private readonly TemporaryFolder folder;
    private readonly WebApplication service;

    private Reference(TemporaryFolder folder, WebApplication service) => (this.folder, this.service) = (folder, service);

    public MatchRules Rules => service.Services.GetRequiredService<Catalogue>().Rules;

    public Suggester Suggester => service.Services.GetRequiredService<Catalogue>().Suggester;

    public static async Task<Reference> Load()
    {
        var data = new TemporaryFolder();
        var loaded = Service.Build([
            "--environment=Production",
            $"--Dispatch:Data={data.Path}",
            $"--Dispatch:TokenKey={data.NewKey()}",
            .. Site.Settings,
            $"--Dispatch:DataKeys={data.DataKeys()}",
            $"--Dispatch:Audit:Key={data.AuditKeyFile()}",
        ]);
        await Service.Start(loaded);
        return new Reference(data, loaded);
    }

    /// <summary>The regions, and the skills that can be asked for (those that are no domain).</summary>
    public static (IReadOnlyList<Region> Regions, IReadOnlyList<Skill> Skills) Places(MatchRules rules) =>
        (
            rules.Regions.All,
            [.. rules.Skills.Values.Where(skill => skill.Domain is not null).OrderBy(skill => skill.Code, StringComparer.Ordinal)]
        );

    public async ValueTask DisposeAsync()
    {
        await service.DisposeAsync();
        folder.Dispose();
    }
}
