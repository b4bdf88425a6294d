namespace Dispatch.Domain.Matching.Index;

/// <summary>Finds a team of a block by its id: most blocks are asked in vain, so a look at one place must be enough to say no.</summary>
internal sealed class IdPlaces
{
    private const int Nobody = -1;

    // A quarter of them stays empty, and whoever finds his own taken stands in the next.
    private readonly int[] slots;

    public IdPlaces(Guid[] ids)
    {
        slots = new int[ids.Length + (ids.Length / 3) + 1];
        Array.Fill(slots, Nobody);
        for (var at = 0; at < ids.Length; at++)
        {
            var slot = SlotOf(ids[at]);
            while (slots[slot] != Nobody)
            {
                slot = After(slot);
            }

            slots[slot] = at;
        }
    }

    /// <summary>Its place among these ids, which are those it was made of; -1: it is not among them.</summary>
    public int Find(Guid id, Guid[] ids)
    {
        for (var slot = SlotOf(id); slots[slot] != Nobody; slot = After(slot))
        {
            if (ids[slots[slot]] == id)
            {
                return slots[slot];
            }
        }

        return Nobody;
    }

    private int After(int slot) => slot + 1 == slots.Length ? 0 : slot + 1;

    // Spreads neighbours: ids made in one moment differ in few bits.
    private int SlotOf(Guid id) => (int)(((ulong)((uint)id.GetHashCode() * 0x9E3779B1u) * (ulong)slots.Length) >> 32);
}
