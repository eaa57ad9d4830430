// The subscribers of one filter on one dispatcher: chunks of 64, the first of which starts small. Written and iterated
// only by that dispatcher, so nothing here is volatile. Removal swaps with the last: order is not kept, and whoever
// iterates must not remove in between. Other threads never look inside, but for the
// count as a figure; they read the mask in ChainBody.
using System.Diagnostics;

namespace FastMqtt.Broker.Topics;

internal sealed class ChainSegment
{
    // 64 references are eight cache lines: long enough to stream, short enough to waste little.
    public const int ChunkSize = 64;
    private const int ChunkShift = 6;
    private const int FirstChunkMin = 2;

    private Subscription[] _first = new Subscription[FirstChunkMin];
    private Subscription[][] _rest = [];

    public int Count { get; private set; }

    public int ChunkCount => (Count + ChunkSize - 1) >> ChunkShift;

    public ReadOnlySpan<Subscription> Chunk(int i) =>
        ChunkArray(i).AsSpan(0, Math.Min(ChunkSize, Count - (i << ChunkShift)));

    public void Add(Subscription subscription)
    {
        MakeRoom();
        subscription.Position = Count;
        ChunkArray(Count >> ChunkShift)[Count & (ChunkSize - 1)] = subscription;
        Count++;
    }

    public void Remove(Subscription subscription)
    {
        int position = subscription.Position;
        Debug.Assert(ReferenceEquals(At(position), subscription), "a subscription knows its place");
        ref Subscription last = ref At(Count - 1);
        At(position) = last;
        last.Position = position;
        last = null!;
        Count--;
        // A spare chunk goes only when the one before is half empty: a client at the border does not allocate each
        // time.
        int spare = (Count >> ChunkShift) + 1;
        if ((Count & (ChunkSize - 1)) < ChunkSize / 2 && spare - 1 < _rest.Length && _rest[spare - 1] is not null)
        {
            _rest[spare - 1] = null!;
            if (spare < _rest.Length / 4)
            {
                Array.Resize(ref _rest, _rest.Length / 2);
            }
        }
    }

    private ref Subscription At(int position) => ref ChunkArray(position >> ChunkShift)[position & (ChunkSize - 1)];

    private Subscription[] ChunkArray(int i) => i == 0 ? _first : _rest[i - 1];

    private void MakeRoom()
    {
        if (Count < ChunkSize)
        {
            if (Count == _first.Length)
            {
                Array.Resize(ref _first, _first.Length * 2);
            }

            return;
        }

        int i = (Count >> ChunkShift) - 1;
        if (i >= _rest.Length)
        {
            Array.Resize(ref _rest, Math.Max(2, _rest.Length * 2));
        }

        _rest[i] ??= new Subscription[ChunkSize];
    }
}
