using System.IO.MemoryMappedFiles;

namespace Dispatch.Faults.Ground;

/// <summary>A clock that nodes of one site share and a fault sets: what is due tomorrow is due now. The time that passes is left alone.</summary>
internal sealed class ShiftedClock : TimeProvider, IDisposable
{
    /// <summary>The setting of a served node that names the file of the time it works by.</summary>
    public const string Setting = "Faults:Clock";

    /// <summary>The same for what it takes for the clock of the machine.</summary>
    public const string MachineSetting = "Faults:MachineClock";

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
