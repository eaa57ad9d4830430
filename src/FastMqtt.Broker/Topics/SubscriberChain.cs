// The subscribers of one filter. The first lies in the chain itself; a body with segments and groups comes with the
// second. 64 bytes with a filter of up to 30.
//
// Writers: one at a time, under the index lock, and each on the dispatcher that owns the subscription. Readers:
// dispatcher d iterates only what belongs to d, and only d's own thread changes that, so iteration needs no fence;
// other threads read the mask and the groups. Publication: a subscription never moves between the chain and its body,
// so a standing subscription is found in the same place by every reader; the body is published with release after it
// is built.
// A chain that became empty is taken out of the index and never filled again: a reader that still holds it finds
// nobody.
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace FastMqtt.Broker.Topics;

internal sealed class SubscriberChain(ReadOnlySpan<byte> filter) : TopicEntry(filter)
{
    private const int InChain = -1;

    private Subscription? _first;

    public ReadOnlySpan<byte> Filter => Name;

    // Who has plain (not shared) subscribers: bit d for dispatcher d.
    public ulong DispatcherMask
    {
        get
        {
            ulong mask = Volatile.Read(ref _first) is { } first ? 1UL << first.Dispatcher : 0;
            return Body is { } body ? mask | body.Mask : mask;
        }
    }

    // The subscription that lies in the chain, if any. It may be another dispatcher's.
    public Subscription? First => Volatile.Read(ref _first);

    public SharedGroup[] Groups => Body is { } body ? body.Groups : [];

    public bool IsEmpty => _first is null && Body is null;

    // Plain subscribers on a dispatcher; on its own thread, as are ChunkCount and Chunk, or as a figure on another.
    public int Count(int dispatcher)
    {
        int count = Body?.Segment(dispatcher)?.Count ?? 0;
        return IsFirstOf(dispatcher) ? count + 1 : count;
    }

    // All subscriptions, shared ones too, as their numbers are at the moment. Any thread.
    public int CountAll(int dispatchers)
    {
        int count = 0;
        for (int dispatcher = 0; dispatcher < dispatchers; dispatcher++)
        {
            count += Count(dispatcher);
        }

        foreach (SharedGroup group in Groups)
        {
            count += group.MemberCount;
        }

        return count;
    }

    public int ChunkCount(int dispatcher)
    {
        int count = Body?.Segment(dispatcher)?.ChunkCount ?? 0;
        return IsFirstOf(dispatcher) ? count + 1 : count;
    }

    public ReadOnlySpan<Subscription> Chunk(int dispatcher, int i)
    {
        if (IsFirstOf(dispatcher))
        {
            if (i == 0)
            {
                // It stays while this thread iterates: only this thread removes it.
                return MemoryMarshal.CreateReadOnlySpan(in _first!, 1);
            }

            i--;
        }

        return Body!.Segment(dispatcher)!.Chunk(i);
    }

    // Reads both lines of memory it lies in.
    public uint Touch() => (uint)Name.Length + (First is null ? 0U : 1U);

    public void Add(Subscription subscription)
    {
        if (_first is null)
        {
            subscription.Position = InChain;
            Volatile.Write(ref _first, subscription);
            return;
        }

        EnsureBody().Add(subscription);
    }

    public void Remove(Subscription subscription)
    {
        if (subscription.Position == InChain)
        {
            Debug.Assert(ReferenceEquals(_first, subscription), "only the first lies in the chain");
            Volatile.Write(ref _first, null);
            return;
        }

        Body!.Remove(subscription);
        DropEmptyBody();
    }

    public SharedGroup? FindGroup(ReadOnlySpan<byte> name) => Body?.FindGroup(name);

    public void AddGroup(SharedGroup group) => EnsureBody().AddGroup(group);

    public void RemoveGroup(SharedGroup group)
    {
        Body!.RemoveGroup(group);
        DropEmptyBody();
    }

    private bool IsFirstOf(int dispatcher) =>
        Volatile.Read(ref _first) is { } first && first.Dispatcher == dispatcher;

    private ChainBody EnsureBody()
    {
        ChainBody? body = Body;
        if (body is null)
        {
            body = new ChainBody(HasLongName ? LongName : null);
            Body = body;
        }

        return body;
    }

    private void DropEmptyBody()
    {
        if (Body!.IsEmpty)
        {
            Body = null;
        }
    }
}
