using System.IO.MemoryMappedFiles;

namespace Dispatch.Faults.Ground;

/// <summary>A clock that nodes of one site share and a fault sets forward: what is due tomorrow is due now.</summary>
internal sealed class ShiftedClock : TimeProvider, IDisposable
{
    /// <summary>The setting of a served node that names the file.</summary>
    public const string Setting = "Faults:Clock";

    private readonly MemoryMappedFile file;
    private readonly MemoryMappedViewAccessor shift;

    public ShiftedClock(string path)
    {
        file = MemoryMappedFile.CreateFromFile(path, FileMode.OpenOrCreate, null, sizeof(long));
        shift = file.CreateViewAccessor();
        Path = path;
    }

    public string Path { get; }

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + TimeSpan.FromTicks(shift.ReadInt64(0));

    /// <summary>It is that time now, and goes on from there.</summary>
    public void Set(DateTimeOffset now) => shift.Write(0, (now - System.GetUtcNow()).Ticks);

    public void Dispose()
    {
        shift.Dispose();
        file.Dispose();
    }
}
