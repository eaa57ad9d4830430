// The entries of an open-addressing table in the order of their hashes: what lets somebody walk through a table a piece
// at a time while it changes, and is built anew, in between. The place where a walk stands is a hash, not a slot.
//
// It works for tables whose home slot grows with the upper half of the hash (fastrange), with linear probing and
// without tombstones: what lies between two empty slots are all entries whose homes are there, so a run of slots sorted
// by hash is the next piece of the whole order. At the end of the table the run goes on at its beginning.
namespace FastMqtt.Broker.Topics;

internal static class HashOrder
{
    /// <summary>What <see cref="Take"/> returns when there is no more.</summary>
    public const ulong End = ulong.MaxValue;

    /// <summary>The home slot of a hash, as the table must have it.</summary>
    public static int Home(ulong hash, int capacity) => (int)(((hash >> 32) * (uint)capacity) >> 32);

    /// <summary>
    /// Takes the entries that follow a hash, in the order of their hashes; equal ones in one piece.
    /// </summary>
    /// <param name="slots">The table.</param>
    /// <param name="hashOf">The hash of an entry; never 0.</param>
    /// <param name="after">Where the walk stands; 0: at its beginning.</param>
    /// <param name="slotsMax">Slots that are looked at; then it ends at the next empty one.</param>
    /// <param name="taken">Gets the entries.</param>
    /// <returns>Where the walk stands now.</returns>
    public static ulong Take<T>(
        ReadOnlySpan<T?> slots, Func<T, ulong> hashOf, ulong after, int slotsMax, List<(ulong Hash, T Entry)> taken)
        where T : class
    {
        int capacity = slots.Length;
        int first = Home(after, capacity);
        ulong reached = End;
        for (int i = first; i < 2 * capacity; i++)
        {
            bool isBehindEnd = i >= capacity;
            int place = isBehindEnd ? i - capacity : i;
            if (slots[place] is not { } entry)
            {
                if (isBehindEnd)
                {
                    break;
                }

                if (i - first >= slotsMax)
                {
                    reached = LastOf(place, capacity);
                    break;
                }

                continue;
            }

            // At the beginning of the table lie entries whose homes are at its end.
            ulong hash = hashOf(entry);
            bool isAtHome = Home(hash, capacity) <= place;
            if (hash > after && isAtHome != isBehindEnd)
            {
                taken.Add((hash, entry));
            }
        }

        taken.Sort(static (a, b) => a.Hash.CompareTo(b.Hash));
        return reached;
    }

    // The largest hash whose home is this slot.
    private static ulong LastOf(int home, int capacity)
    {
        ulong beyond = (ulong)(home + 1) << 32;
        ulong upper = ((beyond + (uint)capacity - 1) / (uint)capacity) - 1;
        return (upper << 32) | uint.MaxValue;
    }
}
