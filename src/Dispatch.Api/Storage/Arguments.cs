using System.Data;
using Dapper;

namespace Dispatch.Api.Storage;

/// <summary>Values for the parameters of a statement that is put together on the way: the members of an object, and more beside them.</summary>
internal sealed class Arguments(object? members = null) : SqlMapper.IDynamicParameters
{
    private readonly Dictionary<string, object?> added = new(StringComparer.Ordinal);

    public object? Members => members;

    public IReadOnlyDictionary<string, object?> Added => added;

    public void Add(string name, object? value) => added[name] = value;

    void SqlMapper.IDynamicParameters.AddParameters(IDbCommand command, SqlMapper.Identity identity)
    {
        var all = new DynamicParameters(members);
        foreach (var (name, value) in added)
        {
            all.Add(name, value);
        }

        ((SqlMapper.IDynamicParameters)all).AddParameters(command, identity);
    }
}
