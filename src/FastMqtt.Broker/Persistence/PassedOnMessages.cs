// Messages that were passed on to sessions of this dispatcher and are not durable there yet. When such a one is passed
// on again, the entry of the next session has to say that it is over with all that had it: the entry in between may
// never be committed. Part of the journal.

namespace FastMqtt.Broker.Persistence;

internal sealed class PassedOnMessages
{
    private readonly Dictionary<MessagePlace, MessagePlace[]> _before = [];
    private readonly Queue<(long Batch, MessagePlace Place)> _uncommitted = new();

    /// <summary>A session was given it in this batch.</summary>
    public void Add(long batch, MessagePlace place, MessagePlace[] before)
    {
        _before.Add(place, before);
        _uncommitted.Enqueue((batch, place));
    }

    /// <summary>All that a session's message is over with when another session has it.</summary>
    public MessagePlace[] Places(MessagePlace place) =>
        _before.TryGetValue(place, out MessagePlace[]? before) ? [place, .. before] : [place];

    /// <summary>What is in batches up to this one says for itself who had it before.</summary>
    public void Committed(long batch)
    {
        while (_uncommitted.TryPeek(out (long Batch, MessagePlace Place) first) && first.Batch <= batch)
        {
            _before.Remove(first.Place);
            _uncommitted.Dequeue();
        }
    }
}
