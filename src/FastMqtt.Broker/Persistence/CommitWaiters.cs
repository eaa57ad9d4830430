// What waits for a batch to be committed: sessions that may send then, and things to do. Part of the journal.

using FastMqtt.Broker.Dispatch;

namespace FastMqtt.Broker.Persistence;

internal sealed class CommitWaiters(Journal journal, Dispatcher dispatcher)
{
    private readonly List<DurableSession> _sessions = [];
    private readonly Queue<(long Batch, Action Action)> _actions = new();

    public bool HasActions => _actions.Count > 0;

    /// <summary>The session may have something to send then.</summary>
    public void Add(DurableSession session)
    {
        if (!session.IsWaitingForCommit)
        {
            session.IsWaitingForCommit = true;
            _sessions.Add(session);
        }
    }

    /// <summary>Does something when this batch is durable; in the order in which that is asked for.</summary>
    public void Add(long batch, Action action) => _actions.Enqueue((batch, action));

    public void RunActions(long upTo)
    {
        while (_actions.TryPeek(out (long Batch, Action Action) next) && next.Batch <= upTo)
        {
            _actions.Dequeue();
            next.Action();
        }
    }

    /// <summary>Sessions go on whose batch is durable now.</summary>
    public void WakeSessions()
    {
        int kept = 0;
        for (int i = 0; i < _sessions.Count; i++)
        {
            DurableSession session = _sessions[i];
            if (session.Session.Inflight is { HasResend: true } inflight
                && !journal.MaySend(inflight.NextResend.Stored.Batch))
            {
                _sessions[kept++] = session; // for the next one
                continue;
            }

            session.IsWaitingForCommit = false;
            if (session.Session.Client is { } client)
            {
                dispatcher.MarkDirty(client, 0);
            }
        }

        _sessions.RemoveRange(kept, _sessions.Count - kept);
    }
}
