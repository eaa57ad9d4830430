// A session's own subscriptions by share name and filter: nothing, one in place, or a table. One word in the session.
// A mutable struct: keep it in a field, never behind a property. Used on the session's dispatcher only.
namespace FastMqtt.Broker.Topics;

internal struct SubscriptionSet
{
    // Null, a Subscription, or a SubscriptionSetTable.
    private object? _content;

    public readonly int Count => _content switch
    {
        null => 0,
        SubscriptionSetTable table => table.Count,
        _ => 1,
    };

    // Whether one of them is a Shared Subscription.
    public readonly bool HasShared => _content switch
    {
        null => false,
        SubscriptionSetTable table => table.SharedCount > 0,
        _ => ((Subscription)_content).Group is not null,
    };

    // Whether there is one, and was never another beside it.
    public readonly bool HasOne => _content is Subscription;

    // For a fan-out that must serve a session once: false when it was marked with this stamp before. Only for a session
    // that has, or had, several.
    public readonly bool TryMark(ulong stamp)
    {
        var table = (SubscriptionSetTable)_content!;
        bool isNew = table.Mark != stamp;
        table.Mark = stamp;
        return isNew;
    }

    public readonly Subscription? Find(ReadOnlySpan<byte> shareName, ReadOnlySpan<byte> filter)
    {
        if (_content is SubscriptionSetTable table)
        {
            return table.Find(shareName, filter);
        }

        return _content is Subscription only && SubscriptionSetTable.IsNamed(only, shareName, filter) ? only : null;
    }

    // Those that follow a place in their order: a piece of a walk that may go on later, see HashOrder.
    public readonly ulong Take(ulong after, int slotsMax, List<(ulong Order, Subscription Subscription)> taken)
    {
        if (_content is SubscriptionSetTable table)
        {
            return HashOrder.Take(table.Slots, SubscriptionSetTable.OrderOf, after, slotsMax, taken);
        }

        if (_content is Subscription only && SubscriptionSetTable.OrderOf(only) is var order && order > after)
        {
            taken.Add((order, only));
        }

        return HashOrder.End;
    }

    // It must not be there yet.
    public void Add(Subscription subscription)
    {
        if (_content is null)
        {
            _content = subscription;
            return;
        }

        if (_content is not SubscriptionSetTable table)
        {
            table = new SubscriptionSetTable();
            table.Add((Subscription)_content);
            _content = table;
        }

        table.Add(subscription);
    }

    // False: it was not there.
    public bool Remove(Subscription subscription)
    {
        if (ReferenceEquals(_content, subscription))
        {
            _content = null;
            return true;
        }

        if (_content is not SubscriptionSetTable table || !table.Remove(subscription))
        {
            return false;
        }

        if (table.Count == 0)
        {
            _content = null;
        }

        return true;
    }

    public void Clear() => _content = null;

    // In no particular order. The set must not change meanwhile: to end a session, walk first and Clear after.
    public readonly Enumerator GetEnumerator() => new(_content);

    public ref struct Enumerator
    {
        private readonly ReadOnlySpan<Subscription?> _slots;
        private int _next;

        internal Enumerator(object? content)
        {
            _slots = content is SubscriptionSetTable table ? table.Slots : default;
            var only = content as Subscription;
            Current = only!;
            _next = only is null ? 0 : -1;
        }

        public Subscription Current { get; private set; }

        public bool MoveNext()
        {
            if (_next < 0)
            {
                _next = 0;
                return true;
            }

            while (_next < _slots.Length)
            {
                if (_slots[_next++] is { } subscription)
                {
                    Current = subscription;
                    return true;
                }
            }

            return false;
        }
    }
}
