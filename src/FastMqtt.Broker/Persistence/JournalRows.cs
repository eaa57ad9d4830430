// What the journal is told that is a row of its own in the store, not an entry of the log: sessions, subscriptions,
// retained messages. Part of the journal.

using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Topics;

namespace FastMqtt.Broker.Persistence;

internal sealed class JournalRows(Journal journal)
{
    /// <summary>The session's row has changed.</summary>
    public void PutSession(DurableSession session, bool isPromised) => journal.Put(
        new StoreOperation
        {
            Kind = StoreOperationKind.PutSession,
            Session = session.Id,
            Row = journal.States.RowOf(session),
        },
        isPromised);

    /// <summary>The session is over, with all that is its.</summary>
    public void DeleteSession(DurableSession session)
    {
        session.IsEnded = true;
        journal.States.DropPacked(session);
        journal.Put(
            new StoreOperation { Kind = StoreOperationKind.DeleteSession, Session = session.Id }, isPromised: true);
    }

    public void PutSubscription(DurableSession session, Subscription subscription) => journal.Put(
        StoreOperation.Of(StoreOperationKind.PutSubscription, session, subscription), isPromised: true);

    public void DeleteSubscription(DurableSession session, Subscription subscription) => journal.Put(
        StoreOperation.Of(StoreOperationKind.DeleteSubscription, session, subscription), isPromised: true);

    /// <summary>What is retained for the publication's topic has changed.</summary>
    public void PutRetained(Publication publication, bool isPromised)
    {
        publication.AddReference();
        journal.Put(
            new StoreOperation { Kind = StoreOperationKind.PutRetained, Publication = publication },
            isPromised,
            publication.Bytes);
    }

    /// <summary>An entry of the log that a start would take for something that is over.</summary>
    public void DeleteLog(long logId) => journal.Put(
        new StoreOperation { Kind = StoreOperationKind.DeleteLog, Number = logId }, isPromised: false);
}
