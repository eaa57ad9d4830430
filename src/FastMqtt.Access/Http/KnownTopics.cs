// Topics of one client that a service has decided about, each for a time. Looked up with spans, without allocation;
// bounded by forgetting all. On any thread: one short lock.

using FastMqtt.Broker.Access;

namespace FastMqtt.Access;

internal sealed class KnownTopics(TimeProvider time, int countMax)
{
    private readonly Dictionary<byte[], (bool IsAllowed, long From, TimeSpan HoldsFor)> _known = new(ByteText.Instance);
    private readonly Lock _lock = new();

    public AccessVerdict Find(ReadOnlySpan<byte> topic)
    {
        lock (_lock)
        {
            bool isKnown = _known.GetAlternateLookup<ReadOnlySpan<byte>>()
                .TryGetValue(topic, out (bool IsAllowed, long From, TimeSpan HoldsFor) entry);
            if (!isKnown || time.GetElapsedTime(entry.From) >= entry.HoldsFor)
            {
                return AccessVerdict.Ask;
            }

            return entry.IsAllowed ? AccessVerdict.Allowed : AccessVerdict.Denied;
        }
    }

    public void Put(ReadOnlySpan<byte> topic, bool isAllowed, TimeSpan holdsFor)
    {
        if (holdsFor <= TimeSpan.Zero)
        {
            return;
        }

        lock (_lock)
        {
            if (_known.Count >= countMax)
            {
                _known.Clear();
            }

            _known[topic.ToArray()] = (isAllowed, time.GetTimestamp(), holdsFor);
        }
    }
}
