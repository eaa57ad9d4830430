// A batch that is filled by sentences, and committed.

using System.Text;
using FastMqtt.Broker.Access;
using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Persistence;
using FastMqtt.Protocol;
using FastMqtt.Transport.Buffers;

namespace FastMqtt.Broker.Tests.Persistence;

internal sealed class StoreChanges : StoreBatch
{
    private readonly PublicationPool _pool = new(new SlabPool());

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    public static SessionRow Row(
        long id, string client, uint expiry = 60, long disconnectedAt = 0, string? will = null) =>
        new(id, Bytes(client), "user of " + client, "tcp", expiry, disconnectedAt, will is null ? null : Bytes(will));

    public StoreChanges Session(SessionRow row) =>
        With(new() { Kind = StoreOperationKind.PutSession, Session = row.Id, Row = row });

    public StoreChanges Session(long id, string client) => Session(Row(id, client));

    public StoreChanges EndOfSession(long id) => With(new() { Kind = StoreOperationKind.DeleteSession, Session = id });

    public StoreChanges State(long session, long logId, string state) => With(
        new() { Kind = StoreOperationKind.PutState, Session = session, Number = logId, Bytes = Bytes(state) });

    public StoreChanges Subscription(long session, string filter, byte options, uint identifier, string share = "") =>
        With(new()
        {
            Kind = StoreOperationKind.PutSubscription,
            Session = session,
            Name = Bytes(share),
            Topic = Bytes(filter),
            Options = options,
            Number = identifier,
        });

    public StoreChanges EndOfSubscription(long session, string filter, string? share = null) => With(new()
    {
        Kind = StoreOperationKind.DeleteSubscription,
        Session = session,
        Name = share is null ? null : Bytes(share),
        Topic = Bytes(filter),
    });

    public StoreChanges Segment(SegmentRow head, byte[] content) =>
        With(new() { Kind = StoreOperationKind.PutSegment, Head = head, Session = head.Session, Bytes = content });

    public StoreChanges EndOfSegment(long session, long first) => With(
        new() { Kind = StoreOperationKind.DeleteSegment, Session = session, Number = first });

    public StoreChanges Retained(
        string topic, string payload, long expiresAt = 0, string properties = "", SessionAccess? source = null) =>
        With(new()
        {
            Kind = StoreOperationKind.PutRetained,
            Number = expiresAt,
            Publication = _pool.Create(new Message
            {
                Topic = Bytes(topic),
                Payload = Bytes(payload),
                Properties = Bytes(properties),
                QoS = QualityOfService.AtLeastOnce,
                Retain = true,
                Publisher = ulong.MaxValue - 1,
                Source = source,
            }),
        });

    public StoreChanges EndOfRetained(string topic) =>
        With(new() { Kind = StoreOperationKind.DeleteRetained, Topic = Bytes(topic) });

    public StoreChanges Entry(long id, string content) => Entry(id, Bytes(content));

    public StoreChanges Entry(long id, byte[] content)
    {
        LogId = id;
        Log = content;
        return this;
    }

    // Entries up to this one, of the last hundred.
    public StoreChanges EndOfLog(long upTo)
    {
        for (long id = Math.Max(upTo - 99, 1); id <= upTo; id++)
        {
            With(new() { Kind = StoreOperationKind.DeleteLog, Number = id });
        }

        return this;
    }

    public void CommitTo(IStore store, bool force = true)
    {
        store.Commit([this], force);
        Clear();
    }

    private StoreChanges With(StoreOperation operation)
    {
        Add(in operation);
        return this;
    }
}
