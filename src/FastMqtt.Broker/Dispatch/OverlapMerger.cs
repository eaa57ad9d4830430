// Several filters of one session may match one message; the client gets one copy. The merger collects the matching
// subscriptions of a message and makes one delivery per session. No set is needed: each session remembers the stamp of
// the last message it was collected for and its place in the list. One per dispatcher; warm, it allocates nothing.

using FastMqtt.Broker.Sessions;
using FastMqtt.Broker.Topics;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Dispatch;

internal sealed class OverlapMerger
{
    private Merged[] _merged = new Merged[64];
    private Identifier[] _identifiers = new Identifier[64];
    private int _identifierCount;
    private ulong _stamp;

    public int Count { get; private set; }

    public void Begin()
    {
        _stamp++;
        Count = 0;
        _identifierCount = 0;
    }

    public void Add(Subscription subscription)
    {
        Session session = subscription.Session;
        if (session.MergeStamp != _stamp)
        {
            session.MergeStamp = _stamp;
            session.MergeIndex = Count;
            if (Count == _merged.Length)
            {
                Array.Resize(ref _merged, Count * 2);
            }

            _merged[Count++] = new Merged { Session = session, First = -1, Last = -1 };
        }

        ref Merged merged = ref _merged[session.MergeIndex];
        merged.RetainAsPublished |= subscription.Options.RetainAsPublished;
        if (subscription.Options.QoS > merged.QoS)
        {
            merged.QoS = subscription.Options.QoS;
        }

        if (subscription.Identifier != 0)
        {
            AddIdentifier(ref merged, subscription.Identifier);
        }
    }

    public Session Get(int index, QualityOfService published, bool retain, out Delivery delivery)
    {
        ref Merged merged = ref _merged[index];
        delivery = new Delivery(
            published < merged.QoS ? published : merged.QoS,
            retain && merged.RetainAsPublished,
            merged.Identifiers == 1 ? _identifiers[merged.First].Value : 0,
            merged.Identifiers > 1 ? Collect(in merged) : null);
        return merged.Session;
    }

    /// <summary>Forgets the sessions, so that the list keeps none alive.</summary>
    public void End() => _merged.AsSpan(0, Count).Clear();

    private void AddIdentifier(ref Merged merged, uint value)
    {
        if (_identifierCount == _identifiers.Length)
        {
            Array.Resize(ref _identifiers, _identifierCount * 2);
        }

        _identifiers[_identifierCount] = new Identifier { Value = value, Next = -1 };
        if (merged.Identifiers++ == 0)
        {
            merged.First = _identifierCount;
        }
        else
        {
            _identifiers[merged.Last].Next = _identifierCount;
        }

        merged.Last = _identifierCount++;
    }

    // The same session matches the same filters again and again: its last array is used again when it still fits.
    private uint[] Collect(in Merged merged)
    {
        uint[]? last = merged.Session.LastIdentifiers;
        if (last is not null && last.Length == merged.Identifiers)
        {
            int at = merged.First;
            int i = 0;
            while (at >= 0 && last[i] == _identifiers[at].Value)
            {
                at = _identifiers[at].Next;
                i++;
            }

            if (at < 0)
            {
                return last;
            }
        }

        var identifiers = new uint[merged.Identifiers];
        int next = merged.First;
        for (int i = 0; i < identifiers.Length; i++)
        {
            identifiers[i] = _identifiers[next].Value;
            next = _identifiers[next].Next;
        }

        merged.Session.LastIdentifiers = identifiers;
        return identifiers;
    }

    private struct Merged
    {
        public Session Session;
        public QualityOfService QoS;
        public bool RetainAsPublished;
        public int Identifiers;
        public int First;
        public int Last;
    }

    private struct Identifier
    {
        public uint Value;
        public int Next;
    }
}
