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
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

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
        int at = HomeOf(hash);
        while (FindNext(hash, ref at) is { } entry)
        {
            if (entry.Name.SequenceEqual(name))
            {
                return entry;
            }
        }

        return null;
    }

    // Where a hash would lie: the begin of a search with FindNext.
    public int HomeOf(uint hash) => Home(hash, _hashes.Length);

    // The next entry with a hash, whatever its name, and null behind the last.
    public TopicEntry? FindNext(uint hash, ref int at)
    {
        while (true)
        {
            int i = Seek(hash, at);
            at = Next(i);
            uint found = Volatile.Read(ref _hashes[i]);
            if (found == hash && Volatile.Read(ref _slots[i].Entry) is { } entry)
            {
                return entry;
            }

            if (found == Empty)
            {
                return null;
            }
        }
    }

    // Every entry, in no particular order; one that comes or goes meanwhile may be missing. Any thread.
    public IEnumerable<TopicEntry> All()
    {
        for (int i = 0; i < _slots.Length; i++)
        {
            if (Volatile.Read(ref _slots[i].Entry) is { } entry)
            {
                yield return entry;
            }
        }
    }

    // Reads what a search for the hash reads first.
    public uint Touch(uint hash)
    {
        int i = HomeOf(hash);
        return _hashes[i] + _hashes[Math.Min(i + Vector256<uint>.Count, _hashes.Length) - 1];
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

    // Its entries in two tables, by one bit of their hashes. It stays as it is.
    public void Split(int bit, out TopicTable without, out TopicTable with)
    {
        int withCount = 0;
        for (int i = 0; i < _hashes.Length; i++)
        {
            withCount += _slots[i].Entry is null ? 0 : (int)(_hashes[i] >> bit) & 1;
        }

        without = OfCount(Count - withCount);
        with = OfCount(withCount);
        for (int i = 0; i < _hashes.Length; i++)
        {
            if (_slots[i].Entry is { } entry)
            {
                (((_hashes[i] >> bit) & 1) == 0 ? without : with).Insert(entry, _hashes[i]);
            }
        }
    }

    // Half full: the next rebuild is at least a quarter of the capacity away in either direction.
    private static TopicTable OfCount(int count) => new(Math.Max(CapacityMin, checked(count * 2)));

    // Fastrange: any capacity serves, so growth can be by half and not by two.
    private static int Home(uint hash, int capacity) => (int)(((ulong)hash * (uint)capacity) >> 32);

    // The first slot from here on that has this hash or none. Eight at a time: one branch to predict where one by one
    // takes as many as there are steps. Its reads are not ordered: what is there is read again by the caller.
    private int Seek(uint hash, int at)
    {
        uint[] hashes = _hashes;
        ref uint first = ref MemoryMarshal.GetArrayDataReference(hashes);
        for (; at <= hashes.Length - Vector256<uint>.Count; at += Vector256<uint>.Count)
        {
            Vector256<uint> group = Vector256.LoadUnsafe(ref first, (nuint)at);
            Vector256<uint> hits = Vector256.Equals(group, Vector256.Create(hash))
                | Vector256.Equals(group, Vector256<uint>.Zero);
            uint bits = hits.ExtractMostSignificantBits();
            if (bits != 0)
            {
                return at + BitOperations.TrailingZeroCount(bits);
            }
        }

        // The last few, and from the beginning again.
        int i = at == hashes.Length ? 0 : at;
        while (Volatile.Read(ref hashes[i]) is var found && found != hash && found != Empty)
        {
            i = Next(i);
        }

        return i;
    }

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

    private TopicTable Rebuild(int count)
    {
        TopicTable table = OfCount(count);
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
