// Keeps the log of a dispatcher short, and its queues in memory small: knows since when each session's state is behind,
// has the oldest of them written, and deletes what no session needs any more. Part of the journal.

using FastMqtt.Broker.Sessions;

namespace FastMqtt.Broker.Persistence;

internal sealed class LogKeeper(Journal journal, StoreWriter writer, BrokerState shared)
{
    // In the order in which they became so; an entry of a session that was saved since is stale.
    private readonly Queue<(DurableSession Session, long Since)> _dirty = new();
    private readonly Queue<DurableSession> _saveNext = new();
    private readonly Queue<(long Batch, long LogId, int Bytes)> _log = new();
    private readonly Queue<LogPin> _pins = new();
    private long _logBytes;

    /// <summary>A batch is committed: its entry is in the log.</summary>
    public void Add(JournalBatch batch)
    {
        if (batch.LogBytes > 0)
        {
            _log.Enqueue((batch.Number, batch.LogId, batch.LogBytes));
            _logBytes += batch.LogBytes;
        }
    }

    /// <summary>Something about the session is in this batch.</summary>
    public void Touch(DurableSession session, long batch)
    {
        if (session.DirtySince == 0)
        {
            session.DirtySince = batch;
            _dirty.Enqueue((session, batch));
        }
    }

    /// <summary>Entries from this batch on are kept until the pin is released.</summary>
    public LogPin Pin(long batch)
    {
        var pin = new LogPin(batch);
        _pins.Enqueue(pin);
        return pin;
    }

    /// <summary>The session's state goes with one of the next batches; false: that was asked before.</summary>
    public bool SaveSoon(DurableSession session)
    {
        if (session.IsSaveAsked)
        {
            return false;
        }

        session.IsSaveAsked = true;
        _saveNext.Enqueue(session);
        return true;
    }

    /// <summary>
    /// Adds states to a batch that is about to be posted, and gets nothing more: they contain all of it. A slice each
    /// time: writing them costs what it costs.
    /// </summary>
    public void Save(JournalBatch open)
    {
        long bytes = 0;
        long budget = Math.Max(writer.QueueMemoryBytes / shared.Dispatchers.Length, 1);
        while (bytes < Limits.StateBytesAtOnce && _saveNext.TryDequeue(out DurableSession? session))
        {
            session.IsSaveAsked = false;
            bytes += Save(session, open);
        }

        while (bytes < Limits.StateBytesAtOnce
            && (_logBytes > writer.Sizes.LogBytes || journal.QueueBytes > budget)
            && OldestDirty() is { } session
            && session.DirtySince != open.Number)
        {
            bytes += Save(session, open) + 1;
        }

        // A session that has all its messages in the batch that is open: it may be what fills the memory.
        if (journal.QueueBytes > 2 * budget && bytes < Limits.StateBytesAtOnce)
        {
            while (journal.QueueBytes > budget && OldestDirty() is { } session)
            {
                Save(session, open);
            }
        }
    }

    /// <summary>Deletes the entries that no session needs any more.</summary>
    public void Trim(JournalBatch open)
    {
        while (_pins.TryPeek(out LogPin? released) && released.IsReleased)
        {
            _pins.Dequeue();
        }

        long needed = OldestDirty()?.DirtySince ?? open.Number;
        needed = _pins.TryPeek(out LogPin? pin) ? Math.Min(needed, pin.Batch) : needed;
        while (_log.TryPeek(out (long Batch, long LogId, int Bytes) entry) && entry.Batch < needed)
        {
            _log.Dequeue();
            _logBytes -= entry.Bytes;
            open.Add(new StoreOperation { Kind = StoreOperationKind.DeleteLog, Number = entry.LogId });
        }
    }

    private DurableSession? OldestDirty()
    {
        while (_dirty.TryPeek(out (DurableSession Session, long Since) oldest))
        {
            if (oldest.Session.DirtySince == oldest.Since && !oldest.Session.IsEnded)
            {
                return oldest.Session;
            }

            _dirty.Dequeue();
        }

        return null;
    }

    // Its state contains the open batch: it is dirty again with the next one.
    private long Save(DurableSession session, JournalBatch open)
    {
        session.DirtySince = 0;
        return session.IsEnded ? 0 : journal.States.Save(session, open);
    }
}
