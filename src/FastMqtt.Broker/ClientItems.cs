// The values that ClientItem keeps with one connection: few, so a list. Any thread; every access takes the lock, which
// nobody else's code runs under.

namespace FastMqtt.Broker;

internal sealed class ClientItems
{
    private readonly Lock _gate = new();
    private readonly List<Entry> _entries = [];

    public void Set<T>(ClientItem<T> item, T value)
    {
        lock (_gate)
        {
            Entry entry = _entries.Find(entry => ReferenceEquals(entry.Item, item)) ?? Add(item);
            ((Entry<T>)entry).Value = value;
        }
    }

    public bool TryGet<T>(ClientItem<T> item, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out T value)
    {
        lock (_gate)
        {
            var entry = (Entry<T>?)_entries.Find(entry => ReferenceEquals(entry.Item, item));
            value = entry is null ? default : entry.Value;
            return entry is not null;
        }
    }

    public bool Remove<T>(ClientItem<T> item)
    {
        lock (_gate)
        {
            return _entries.RemoveAll(entry => ReferenceEquals(entry.Item, item)) > 0;
        }
    }

    private Entry<T> Add<T>(ClientItem<T> item)
    {
        var entry = new Entry<T>(item);
        _entries.Add(entry);
        return entry;
    }

    private abstract class Entry(object item)
    {
        public object Item { get; } = item;
    }

    private sealed class Entry<T>(ClientItem<T> item) : Entry(item)
    {
        public T Value = default!;
    }
}
