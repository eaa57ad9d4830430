// Answers that hold for a time. Bounded: when full, what is over goes, and if that is nothing, everything, which only
// costs asking again. On any thread, dispatchers included: one short lock.

namespace FastMqtt.Access;

internal sealed class TimedTable<TKey, TValue>(TimeProvider time, int countMax)
    where TKey : notnull
{
    private readonly Dictionary<TKey, (TValue Value, long From, TimeSpan HoldsFor)> _kept = [];
    private readonly Lock _lock = new();

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _kept.Count;
            }
        }
    }

    public bool TryGet(TKey key, out TValue? value)
    {
        lock (_lock)
        {
            bool isKept = _kept.TryGetValue(key, out (TValue Value, long From, TimeSpan HoldsFor) entry);
            value = entry.Value;
            return isKept && time.GetElapsedTime(entry.From) < entry.HoldsFor;
        }
    }

    public void Put(TKey key, TValue value, TimeSpan holdsFor)
    {
        if (holdsFor <= TimeSpan.Zero)
        {
            return;
        }

        lock (_lock)
        {
            if (_kept.Count >= countMax && !_kept.ContainsKey(key))
            {
                MakeRoom();
            }

            _kept[key] = (value, time.GetTimestamp(), holdsFor);
        }
    }

    private void MakeRoom()
    {
        foreach ((TKey key, (TValue Value, long From, TimeSpan HoldsFor) entry) in _kept)
        {
            if (time.GetElapsedTime(entry.From) >= entry.HoldsFor)
            {
                _kept.Remove(key);
            }
        }

        if (_kept.Count >= countMax)
        {
            _kept.Clear();
        }
    }
}
