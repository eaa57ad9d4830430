// The statements that run while the broker does, prepared once for a connection, and what each operation binds to them.
// Every change has the same effect when it is made twice: after a failure nobody can tell whether the disk has kept a
// transaction, so the next try makes all of it again.

namespace FastMqtt.Broker.Persistence;

internal sealed class SqliteRows(SqliteConnection connection)
{
    private readonly SqliteStatement _begin = connection.Prepare("BEGIN IMMEDIATE");
    private readonly SqliteStatement _commit = connection.Prepare("COMMIT");

    private readonly SqliteStatement _putLog = connection.Prepare("INSERT OR REPLACE INTO log VALUES (?1, ?2, ?3)");

    private readonly SqliteStatement _deleteLog = connection.Prepare("DELETE FROM log WHERE id = ?1");

    private readonly SqliteStatement _putSession =
        connection.Prepare("INSERT OR REPLACE INTO session VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");

    // Four statements rather than foreign keys: those would cost a look at the parent for each subscription.
    private readonly SqliteStatement[] _deleteSession =
    [
        connection.Prepare("DELETE FROM session WHERE id = ?1"),
        connection.Prepare("DELETE FROM session_state WHERE session = ?1"),
        connection.Prepare("DELETE FROM subscription WHERE session = ?1"),
        connection.Prepare("DELETE FROM segment WHERE session = ?1"),
    ];

    private readonly SqliteStatement _putState = connection.Prepare("""
        INSERT OR REPLACE INTO session_state SELECT ?1, ?2, ?3 WHERE EXISTS (SELECT 1 FROM session WHERE id = ?1)
        """);

    // Replaced in place: the row keeps its rowid, so its entry in the index stays.
    private readonly SqliteStatement _putSubscription = connection.Prepare("""
        INSERT INTO subscription VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT DO UPDATE SET options = excluded.options, identifier = excluded.identifier
        """);

    private readonly SqliteStatement _deleteSubscription =
        connection.Prepare("DELETE FROM subscription WHERE session = ?1 AND share_name = ?2 AND filter = ?3");

    private readonly SqliteStatement _putSegment =
        connection.Prepare("INSERT INTO segment VALUES (?1, ?2, ?3, ?4, ?5, ?6)");

    private readonly SqliteStatement _deleteSegment =
        connection.Prepare("DELETE FROM segment WHERE session = ?1 AND first = ?2");

    private readonly SqliteStatement _putRetained = connection.Prepare("""
        INSERT INTO retained VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
        ON CONFLICT DO UPDATE SET qos = excluded.qos, expires_at = excluded.expires_at,
            publisher = excluded.publisher, client_identifier = excluded.client_identifier,
            user_name = excluded.user_name, listener = excluded.listener, properties = excluded.properties,
            payload = excluded.payload
        """);

    private readonly SqliteStatement _deleteRetained = connection.Prepare("DELETE FROM retained WHERE topic = ?1");

    private readonly SqliteStatement _readSegment =
        connection.Prepare("SELECT content FROM segment WHERE session = ?1 AND first = ?2");

    /// <summary>All of it in one transaction; after an exception that is still open, or gone.</summary>
    public void Commit(ReadOnlySpan<StoreBatch> batches, long now)
    {
        _begin.Run();
        foreach (StoreBatch batch in batches)
        {
            foreach (ref readonly StoreOperation operation in batch.Operations)
            {
                Apply(in operation);
            }

            if (!batch.Log.IsEmpty)
            {
                _putLog.Bind(1, batch.LogId);
                _putLog.Bind(2, now);
                _putLog.BindBlob(3, batch.Log.Span);
                _putLog.Run();
            }
        }

        _commit.Run();
        ForgetLargeValues();
    }

    public byte[]? ReadSegment(long session, long first)
    {
        try
        {
            _readSegment.Bind(1, session);
            _readSegment.Bind(2, first);
            return _readSegment.Step() ? _readSegment.Bytes(0).ToArray() : null;
        }
        finally
        {
            _readSegment.Reset();
        }
    }

    private void Apply(in StoreOperation operation)
    {
        switch (operation.Kind)
        {
            case StoreOperationKind.PutSession:
                PutSession(operation.Row!);
                break;
            case StoreOperationKind.DeleteSession:
                foreach (SqliteStatement statement in _deleteSession)
                {
                    Run(statement, operation.Session);
                }

                break;
            case StoreOperationKind.PutState:
                PutState(in operation);
                break;
            case StoreOperationKind.PutSubscription:
                PutSubscription(operation.Subscription);
                break;
            case StoreOperationKind.DeleteSubscription:
                DeleteSubscription(operation.Subscription);
                break;
            case StoreOperationKind.PutSegment:
                PutSegment(operation.Head, operation.Content);
                break;
            case StoreOperationKind.DeleteSegment:
                DeleteSegment(operation.Session, operation.Number);
                break;
            case StoreOperationKind.PutRetained:
                PutRetained(operation.Retained);
                break;
            case StoreOperationKind.DeleteRetained:
                _deleteRetained.BindText(1, operation.Topic);
                _deleteRetained.Run();
                break;
            case StoreOperationKind.DeleteLog:
                Run(_deleteLog, operation.Number);
                break;
        }
    }

    private static void Run(SqliteStatement statement, long value)
    {
        statement.Bind(1, value);
        statement.Run();
    }

    private void PutSession(SessionRow row)
    {
        _putSession.Bind(1, row.Id);
        _putSession.BindText(2, row.ClientIdentifier);
        _putSession.BindText(3, row.UserName);
        _putSession.BindText(4, row.Listener);
        _putSession.Bind(5, row.ExpiryInterval);
        _putSession.Bind(6, row.DisconnectedAt);
        if (row.Will is null)
        {
            _putSession.BindNull(7);
        }
        else
        {
            _putSession.BindBlob(7, row.Will);
        }

        _putSession.Run();
    }

    private void PutState(in StoreOperation operation)
    {
        _putState.Bind(1, operation.Session);
        _putState.Bind(2, operation.Number);
        _putState.BindBlob(3, operation.Content);
        _putState.Run();
    }

    private void PutSubscription(in SubscriptionRow row)
    {
        _putSubscription.Bind(1, row.Session);
        _putSubscription.BindText(2, row.ShareName);
        _putSubscription.BindText(3, row.Filter);
        _putSubscription.Bind(4, row.Options);
        _putSubscription.Bind(5, row.Identifier);
        _putSubscription.Run();
    }

    private void DeleteSubscription(in SubscriptionRow row)
    {
        _deleteSubscription.Bind(1, row.Session);
        _deleteSubscription.BindText(2, row.ShareName);
        _deleteSubscription.BindText(3, row.Filter);
        _deleteSubscription.Run();
    }

    private void PutSegment(SegmentRow head, ReadOnlySpan<byte> content)
    {
        DeleteSegment(head.Session, head.First);
        _putSegment.Bind(1, head.Session);
        _putSegment.Bind(2, head.First);
        _putSegment.Bind(3, head.Last);
        _putSegment.Bind(4, head.Messages);
        _putSegment.Bind(5, head.Bytes);
        _putSegment.BindBlob(6, content);
        _putSegment.Run();
    }

    private void DeleteSegment(long session, long first)
    {
        _deleteSegment.Bind(1, session);
        _deleteSegment.Bind(2, first);
        _deleteSegment.Run();
    }

    private void PutRetained(in RetainedRow row)
    {
        _putRetained.BindText(1, row.Topic);
        _putRetained.Bind(2, row.QoS);
        _putRetained.Bind(3, row.ExpiresAt);
        _putRetained.Bind(4, unchecked((long)row.Publisher));
        _putRetained.BindText(5, row.ClientIdentifier);
        _putRetained.BindText(6, row.UserName);
        _putRetained.BindText(7, row.Listener);
        _putRetained.BindBlob(8, row.Properties);
        _putRetained.BindBlob(9, row.Payload);
        _putRetained.Run();
    }

    // A statement keeps a copy of what was bound last: megabytes, if that was a large one.
    private void ForgetLargeValues()
    {
        _putLog.Clear();
        _putState.Clear();
        _putSegment.Clear();
        _putRetained.Clear();
    }
}
