// The messages of a batch, in their order: a ring from which those that were acknowledged before they were written are
// taken. The first one is always live, so a batch that stays open while everything is acknowledged in time neither
// grows nor has to be searched for its oldest message.

using FastMqtt.Broker.Dispatch;

namespace FastMqtt.Broker.Persistence;

/// <param name="first">Place of the first message.</param>
internal sealed class JournalEntries(int first = 0)
{
    private const int CapacityMin = 64;

    // Places count up without end and start again behind the last int; the ring's size divides that.
    private JournalEntry[] _ring = new JournalEntry[CapacityMin];
    private int _first = first;
    private int _end = first;

    /// <summary>Messages that are to be written.</summary>
    public int Count { get; private set; }

    /// <summary>The oldest that is to be written; there must be one.</summary>
    public ref readonly JournalEntry Oldest => ref this[_first];

    public ref JournalEntry this[int place] => ref _ring[place & (_ring.Length - 1)];

    /// <returns>Its place, from 0.</returns>
    public int Add(in JournalEntry entry)
    {
        if (Span == _ring.Length)
        {
            Grow();
        }

        int place = _end;
        this[place] = entry;
        _end = Following(place);
        Count++;
        return place;
    }

    /// <summary>It needs no writing any more; its reference goes to the caller.</summary>
    public Publication Cancel(int place)
    {
        ref JournalEntry entry = ref this[place];
        Publication publication = entry.Publication!;
        entry = default;
        Count--;
        while (_first != _end && this[_first].Publication is null)
        {
            _first = Following(_first);
        }

        return publication;
    }

    public Enumerator GetEnumerator() => new(this);

    public void Clear()
    {
        if (_ring.Length > Limits.JournalEntriesKept)
        {
            _ring = new JournalEntry[CapacityMin];
        }
        else
        {
            for (int place = _first; place != _end; place = Following(place))
            {
                this[place] = default;
            }
        }

        _first = 0;
        _end = 0;
        Count = 0;
    }

    private int Span => (_end - _first) & int.MaxValue;

    private static int Following(int place) => (place + 1) & int.MaxValue;

    private void Grow()
    {
        var larger = new JournalEntry[_ring.Length * 2];
        for (int place = _first; place != _end; place = Following(place))
        {
            larger[place & (larger.Length - 1)] = this[place];
        }

        _ring = larger;
    }

    /// <summary>Over those that are to be written.</summary>
    public struct Enumerator(JournalEntries entries)
    {
        private int _current;
        private int _next = entries._first;

        public readonly ref readonly JournalEntry Current => ref entries[_current];

        public bool MoveNext()
        {
            while (_next != entries._end)
            {
                _current = _next;
                _next = Following(_next);
                if (Current.Publication is not null)
                {
                    return true;
                }
            }

            return false;
        }
    }
}
