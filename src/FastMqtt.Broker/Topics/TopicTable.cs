// Open addressing over topic bytes: linear probing, the 32-bit hashes beside the entries so that a miss reads hashes
// only.
//
// Writers: one at a time (the lock of whoever owns the table). Readers: any thread, no lock, no interlocked operation.
// Publication: an entry is stored before its hash, both with release; a reader that sees the hash (acquire) sees the
// entry, and compares bytes before it believes. An entry never moves inside a table. Growth copies into a new table,
// which the owner publishes with release; the old one is left as it was for readers still inside. Removal stores a
// tombstone, so that no probe path is cut; a slot turns empty again only when the slot after it is empty, which no
// probe path crosses.
using System.Diagnostics;

namespace FastMqtt.Broker.Topics;

internal sealed class TopicTable
{
    private const uint Empty = 0;
    private const uint Tombstone = 1;
    private const int CapacityMin = 4;

    private readonly uint[] _hashes;
    private readonly Slot[] _slots;
    private int _used;

    private TopicTable(int capacity)
    {
        _hashes = new uint[capacity];
        _slots = new Slot[capacity];
    }

    public static TopicTable Create() => new(CapacityMin);

    public int Count { get; private set; }

    // What a table stores and compares; the two reserved values are mapped away.
    public static uint Reduce(ulong hash)
    {
        uint reduced = (uint)(hash >> 32);
        return reduced > Tombstone ? reduced : reduced + 2;
    }

    public TopicEntry? Find(ReadOnlySpan<byte> name, uint hash)
    {
        uint[] hashes = _hashes;
        int i = Home(hash, hashes.Length);
        while (true)
        {
            uint found = Volatile.Read(ref hashes[i]);
            if (found == hash)
            {
                TopicEntry? entry = Volatile.Read(ref _slots[i].Entry);
                if (entry is not null && entry.Name.SequenceEqual(name))
                {
                    return entry;
                }
            }
            else if (found == Empty)
            {
                return null;
            }

            i = i + 1 == hashes.Length ? 0 : i + 1;
        }
    }

    // What Find would read for several hashes, so that none waits for another: first the homes of all, then the
    // candidates by hash alone. Returns a sum of what was read.
    public int Touch(ReadOnlySpan<uint> hashes, Span<TopicEntry?> entries)
    {
        uint sum = 0;
        foreach (uint hash in hashes)
        {
            sum += TouchHome(hash);
        }

        for (int n = 0; n < hashes.Length; n++)
        {
            entries[n] = FindCandidate(hashes[n]);
        }

        return (int)sum;
    }

    // Reads where a hash would lie.
    public uint TouchHome(uint hash)
    {
        int i = Home(hash, _hashes.Length);
        return _hashes[i] + (_slots[i].Entry is null ? 0U : 1U);
    }

    // The first entry with a hash, whatever its name.
    public TopicEntry? FindCandidate(uint hash)
    {
        int i = Home(hash, _hashes.Length);
        uint found = Volatile.Read(ref _hashes[i]);
        while (found != hash && found != Empty)
        {
            i = Next(i);
            found = Volatile.Read(ref _hashes[i]);
        }

        return found == hash ? Volatile.Read(ref _slots[i].Entry) : null;
    }

    // Returns the table to publish: this one, or a copy with room. The entry must not be there yet.
    public TopicTable Add(TopicEntry entry, uint hash)
    {
        TopicTable table = this;
        // At most three quarters used: a probe always meets an empty slot, after about 8 steps at worst on average.
        if ((_used + 1) * 4L > _hashes.Length * 3L)
        {
            table = Rebuild(Count + 1);
        }

        table.Insert(entry, hash);
        return table;
    }

    // Returns the table to publish: this one, or a smaller copy.
    public TopicTable Remove(TopicEntry entry, uint hash)
    {
        int i = Home(hash, _hashes.Length);
        while (!ReferenceEquals(_slots[i].Entry, entry))
        {
            Debug.Assert(_hashes[i] != Empty, "an entry that is removed was added before");
            i = Next(i);
        }

        Volatile.Write(ref _slots[i].Entry, null);
        Volatile.Write(ref _hashes[i], Tombstone);
        Count--;
        if (_hashes[Next(i)] == Empty)
        {
            while (_hashes[i] == Tombstone)
            {
                Volatile.Write(ref _hashes[i], Empty);
                _used--;
                i = i == 0 ? _hashes.Length - 1 : i - 1;
            }
        }

        return _hashes.Length > 4 * CapacityMin && Count * 8L < _hashes.Length ? Rebuild(Count) : this;
    }

    // Fastrange: any capacity serves, so growth can be by half and not by two.
    private static int Home(uint hash, int capacity) => (int)(((ulong)hash * (uint)capacity) >> 32);

    private int Next(int i) => i + 1 == _hashes.Length ? 0 : i + 1;

    private void Insert(TopicEntry entry, uint hash)
    {
        int i = Home(hash, _hashes.Length);
        while (_hashes[i] > Tombstone)
        {
            i = Next(i);
        }

        _used += _hashes[i] == Empty ? 1 : 0;
        Count++;
        Volatile.Write(ref _slots[i].Entry, entry);
        Volatile.Write(ref _hashes[i], hash);
    }

    // Half full afterwards: the next rebuild is at least a quarter of the capacity away in either direction.
    private TopicTable Rebuild(int count)
    {
        var table = new TopicTable(Math.Max(CapacityMin, checked(count * 2)));
        for (int i = 0; i < _hashes.Length; i++)
        {
            if (_slots[i].Entry is { } entry)
            {
                table.Insert(entry, _hashes[i]);
            }
        }

        return table;
    }

    // A struct, because taking the address of an element of a class array costs a type check.
    private struct Slot
    {
        public TopicEntry? Entry;
    }
}
