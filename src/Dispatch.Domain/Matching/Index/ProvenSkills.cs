using System.Collections;
using System.Diagnostics.CodeAnalysis;
using Dispatch.Domain.Teams;

namespace Dispatch.Domain.Matching.Index;

/// <summary>The skills of a team by code, read where they stand: most who look at a team never ask for them.</summary>
internal sealed class ProvenSkills(TeamBlock block, int at) : IReadOnlyDictionary<string, TeamSkill>
{
    public int Count => block.SkillsAt(at).Length;

    public IEnumerable<string> Keys => this.Select(entry => entry.Key);

    public IEnumerable<TeamSkill> Values => this.Select(entry => entry.Value);

    public TeamSkill this[string key] =>
        TryGetValue(key, out var skill) ? skill : throw new KeyNotFoundException($"The team has not proven {key}.");

    public bool ContainsKey(string key) => Find(block.NumberOf(key)) is not null;

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out TeamSkill value)
    {
        value = Find(block.NumberOf(key)) is { } packed ? block.SkillOf(at, packed) : null;
        return value is not null;
    }

    public IEnumerator<KeyValuePair<string, TeamSkill>> GetEnumerator()
    {
        for (var slot = 0; slot < Count; slot++)
        {
            var skill = block.SkillOf(at, block.SkillsAt(at)[slot]);
            yield return KeyValuePair.Create(skill.Code, skill);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private PackedSkill? Find(int number)
    {
        foreach (var skill in block.SkillsAt(at))
        {
            if (skill.Number == number)
            {
                return skill;
            }
        }

        return null;
    }
}
