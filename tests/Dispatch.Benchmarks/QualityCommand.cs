using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Dispatch.Api;
using Dispatch.Api.Storage;
using Dispatch.Domain.Teams;
using Dispatch.Domain.Tests.Suggestions;
using Microsoft.AspNetCore.Builder;

namespace Dispatch.Benchmarks;

/// <summary>How often the service reads a text right: every text of a file of cases is submitted without skills to a running service, and its
/// answers are compared with what a person expects.</summary>
internal static class QualityCommand
{
    private const string Referral = "referral";
    private const double Counts = 0.6;

    public static async Task<int> Run(string file)
    {
        var cases =
            JsonSerializer.Deserialize<List<TextCase>>(await File.ReadAllTextAsync(file))
            ?? throw new FormatException($"{file} holds no cases.");
        using var folder = new TemporaryFolder();
        await using var service = Service.Build([
            "--environment=Development",
            "--urls=http://127.0.0.1:0",
            $"--Dispatch:Data={folder.Path}",
            "--Dispatch:DemoRequests=false",
            "--Dispatch:RateLimit:PerMinute=1000000",
            "--Logging:LogLevel:Default=Warning",
        ]);
        await Service.Start(service);
        await service.StartAsync();
        using var officer = await Officer(service, folder);
        var answers = new List<Answered>();
        foreach (var each in cases)
        {
            answers.Add(await Ask(officer, each, answers.Count));
        }

        await service.StopAsync();
        Print($"{Path.GetFileName(file)}: {answers.Count} texts", answers);
        PrintMissed(answers);
        var held = answers.FindAll(answer => HeldOut.Has(answer.Case.Id));
        Print($"of these the third no curve was fitted to (seed {HeldOut.Seed}): {held.Count} texts", held);
        return 0;
    }

    private static async Task<HttpClient> Officer(WebApplication service, TemporaryFolder folder)
    {
        var tokens = JsonNode.Parse(await File.ReadAllTextAsync(folder.File("demo-tokens.json")))!;
        var client = new HttpClient { BaseAddress = new Uri(service.Urls.First()) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string?)tokens["officer"]);
        return client;
    }

    private static async Task<Answered> Ask(HttpClient officer, TextCase each, int number)
    {
        var location = new JsonObject();
        if (each.RegionCode is not null)
        {
            location["regionCode"] = each.RegionCode;
        }

        if (each.Lat is not null && each.Lng is not null)
        {
            (location["lat"], location["lng"]) = (each.Lat, each.Lng);
        }

        // Requesters of their own, so that nobody is taken for a duplicate of another.
        var body = new JsonObject
        {
            ["requester"] = new JsonObject { ["kind"] = each.RequesterKind ?? "individual", ["name"] = $"求助人{number}" },
            ["text"] = each.Text,
            ["location"] = location,
        };
        using var post = new HttpRequestMessage(HttpMethod.Post, "/v1/requests") { Content = JsonContent.Create(body) };
        post.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        using var response = await officer.SendAsync(post);
        var request = JsonNode.Parse(await response.Content.ReadAsStringAsync());
        if (!response.IsSuccessStatusCode || request is null)
        {
            return new Answered(each, [], "", null, false, [], $"{(int)response.StatusCode} {request?["code"]}");
        }

        var skills = (request["skills"]?.AsArray() ?? []).Select(skill => ((string)skill!["code"]!, (double)skill["confidence"]!)).ToList();
        var safety = request["safety"];
        var kinds = new List<string>();
        if (skills.Count > 0)
        {
            using var matches = await officer.GetAsync(new Uri($"/v1/requests/{request["id"]}/matches?limit=3", UriKind.Relative));
            if (matches.IsSuccessStatusCode)
            {
                var match = JsonNode.Parse(await matches.Content.ReadAsStringAsync());
                kinds.AddRange(match!["candidates"]!.AsArray().Select(candidate => (string)candidate!["kind"]!));
            }
        }

        return new Answered(
            each,
            skills,
            (string?)request["urgency"] ?? "",
            (string?)safety?["kind"],
            (bool?)safety?["held"] ?? false,
            kinds,
            null
        );
    }

    private static void Print(string what, List<Answered> answers)
    {
        Console.WriteLine();
        Console.WriteLine(what);
        if (answers.Count == 0)
        {
            return;
        }

        var wordless = answers.FindAll(answer => answer.Case.Skills.Count == 0);
        Line("main skill first", answers.Count(IsFirst), answers.Count);
        Line("main skill among three", answers.Count(IsAmongThree), answers.Count);
        Line("of these no skill, none expected", wordless.Count(IsFirst), wordless.Count);
        PrintSets(answers);
        var urgent = answers.FindAll(answer => answer.Case.Urgency is not null);
        Line("urgency as expected", urgent.Count(answer => answer.Urgency == answer.Case.Urgency), urgent.Count);
        var teams = answers.FindAll(answer => Words.TryTo<TeamKind>(answer.Case.ExpectedTeamKind ?? "", out _));
        Line(
            "expected kind of team first",
            teams.Count(answer => answer.Kinds is [var kind, ..] && kind == answer.Case.ExpectedTeamKind),
            teams.Count
        );
        Line("expected kind of team among three", teams.Count(answer => answer.Kinds.Contains(answer.Case.ExpectedTeamKind!)), teams.Count);
        PrintSafety(answers);
        PrintReliability(answers);
        foreach (var refused in answers.Where(answer => answer.Refusal is not null))
        {
            Console.WriteLine($"  refused: {refused.Case.Id} {refused.Refusal}");
        }
    }

    private static void PrintSets(List<Answered> answers)
    {
        var (right, said, expected) = (0, 0, 0);
        foreach (var answer in answers)
        {
            var set = answer
                .Skills.Where(skill => skill.Confidence >= Counts)
                .Select(skill => skill.Code)
                .ToHashSet(StringComparer.Ordinal);
            right += answer.Case.Skills.Count(set.Contains);
            said += set.Count;
            expected += answer.Case.Skills.Count;
        }

        Console.WriteLine(
            $"  {"set of skills said with 0.6 or more", -36} F1 {2.0 * right / Math.Max(1, said + expected), 6:P1}  precision {(double)right / Math.Max(1, said), 6:P1}  recall {(double)right / Math.Max(1, expected), 6:P1}"
        );
    }

    private static void PrintSafety(List<Answered> answers)
    {
        var danger = answers.FindAll(answer => answer.Case.ExpectedTeamKind == Referral);
        var ordinary = answers.FindAll(answer => answer.Case.ExpectedTeamKind != Referral);
        Line("danger warned of", danger.Count(answer => answer.Danger is not null), danger.Count);
        Line("  of these held", danger.Count(answer => answer.Held), danger.Count);
        Line("ordinary texts held (false alarms)", ordinary.Count(answer => answer.Held), ordinary.Count);
        Line("ordinary texts warned, not held", ordinary.Count(answer => answer.Danger is not null && !answer.Held), ordinary.Count);
        foreach (var wrong in danger.Where(answer => answer.Danger is null).Concat(ordinary.Where(answer => answer.Danger is not null)))
        {
            Console.WriteLine($"    {wrong.Case.Id} {wrong.Danger ?? "no warning"}{(wrong.Held ? ", held" : "")}: {wrong.Case.Text}");
        }
    }

    private static void PrintReliability(List<Answered> answers)
    {
        Console.WriteLine("  confidence   said   mean   right");
        foreach (
            var step in answers
                .SelectMany(answer => answer.Skills, (answer, skill) => (skill.Confidence, Right: answer.Case.Skills.Contains(skill.Code)))
                .GroupBy(one => Math.Min(9, (int)(one.Confidence * 10)))
                .OrderBy(step => step.Key)
        )
        {
            Console.WriteLine(
                $"  {step.Key / 10.0:F1} to {(step.Key + 1) / 10.0:F1} {step.Count(), 6}   {step.Average(one => one.Confidence):F2}   {step.Average(one => one.Right ? 1.0 : 0):F2}"
            );
        }
    }

    private static void PrintMissed(List<Answered> answers)
    {
        Console.WriteLine("  main skill missed:");
        foreach (var missed in answers.Where(answer => !IsFirst(answer)))
        {
            var said = string.Join(' ', missed.Skills.Select(skill => $"{skill.Code}:{skill.Confidence:F2}"));
            Console.WriteLine($"    {missed.Case.Id} said [{said}] expected [{string.Join(' ', missed.Case.Skills)}]: {missed.Case.Text}");
        }
    }

    private static void Line(string what, int count, int of) =>
        Console.WriteLine($"  {what, -36} {(of == 0 ? "-" : ((double)count / of).ToString("P1")), 7}  {count} of {of}");

    private static bool IsFirst(Answered answer) =>
        answer.Skills is [var main, ..] ? answer.Case.Skills is [var expected, ..] && main.Code == expected : answer.Case.Skills.Count == 0;

    private static bool IsAmongThree(Answered answer) =>
        answer.Case.Skills is [var expected, ..] ? answer.Skills.Take(3).Any(skill => skill.Code == expected) : answer.Skills.Count == 0;

    private sealed record Answered(
        TextCase Case,
        IReadOnlyList<(string Code, double Confidence)> Skills,
        string Urgency,
        string? Danger,
        bool Held,
        IReadOnlyList<string> Kinds,
        string? Refusal
    );

    /// <summary>One text and what a person expects of it. All but id and text may be missing.</summary>
    private sealed record TextCase
    {
        [JsonPropertyName("id")]
        public string Id { get; init; } = "";

        [JsonPropertyName("text_zh")]
        public string Text { get; init; } = "";

        [JsonPropertyName("skills")]
        public IReadOnlyList<string> Skills { get; init; } = [];

        [JsonPropertyName("requester_kind")]
        public string? RequesterKind { get; init; }

        [JsonPropertyName("region_code")]
        public string? RegionCode { get; init; }

        [JsonPropertyName("lat")]
        public double? Lat { get; init; }

        [JsonPropertyName("lng")]
        public double? Lng { get; init; }

        [JsonPropertyName("urgency")]
        public string? Urgency { get; init; }

        [JsonPropertyName("expected_team_kind")]
        public string? ExpectedTeamKind { get; init; }
    }
}
