// Replays the log on top of the states of sessions: an entry is messages with whom they are for, and what happened to
// messages before. Called by Recovery, entry by entry in their order.

using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Sessions;
using FastMqtt.Broker.Topics;

namespace FastMqtt.Broker.Persistence;

internal sealed class LogReplay(BrokerState shared, Dictionary<long, RecoveredSession> sessions, HalfDelivered half)
{
    /// <summary>Largest number of a session that the log names.</summary>
    public long LastSession { get; private set; }

    /// <exception cref="StoreException">It is damaged; what came before that is replayed.</exception>
    public void Run(long id, RecordReader reader)
    {
        PublicationPool pool = shared.Dispatchers[0].Publications;
        var messages = new Publication[reader.Count(10)];
        int made = 0;
        try
        {
            for (; made < messages.Length; made++)
            {
                Message message = MessageCodec.Read(ref reader, shared);
                messages[made] = pool.Create(in message);
            }

            for (int left = reader.Count(6); left > 0; left--)
            {
                ReplayDelivery(id, ref reader, messages);
            }
        }
        finally
        {
            for (int i = 0; i < made; i++)
            {
                pool.Release(messages[i]);
            }
        }

        for (int left = reader.Count(3); left > 0; left--)
        {
            ReplayEvent(id, ref reader, pool);
        }
    }

    private void ReplayDelivery(long id, ref RecordReader reader, Publication[] messages)
    {
        int index = (int)Math.Min(reader.Number(), int.MaxValue);
        long sessionId = reader.Long();
        RecoveredSession? recovered = Find(id, sessionId);
        RecoveredSession? receiver = sessions.GetValueOrDefault(sessionId);
        long sequence = reader.Long();
        ushort identifier = (ushort)reader.Number();
        Delivery delivery = MessageCodec.ReadDelivery(ref reader, receiver?.Durable.Session);
        bool isRetained = ReplayOrigin(ref reader) == OriginKind.Retained;
        if (receiver is null || index >= messages.Length)
        {
            return;
        }

        Publication publication = messages[index];
        if (!publication.Exchange.IsNone && !isRetained)
        {
            var through = delivery.Origin as Topics.Subscription;
            half.Add(publication.Exchange, sessionId, through?.Group);
        }

        if (recovered is null)
        {
            return; // its state has the message, or what became of it
        }

        bool isAdded = identifier == 0
            ? recovered.AddWaiting(sequence, publication, in delivery)
            : recovered.AddSent(sequence, publication, in delivery, identifier, isReleased: false);
        if (isAdded)
        {
            publication.AddReference();
        }
    }

    // What another session had is over there.
    private OriginKind ReplayOrigin(ref RecordReader reader)
    {
        var kind = (OriginKind)reader.Byte();
        for (int left = kind == OriginKind.PassedOn ? reader.Count(2) : 0; left > 0; left--)
        {
            long session = reader.Long();
            long sequence = reader.Long();
            if (sessions.TryGetValue(session, out RecoveredSession? had))
            {
                had.IsDirty = true;
                had.OnDone(sequence, shared.Dispatchers[had.Durable.Session.Dispatcher].Publications);
            }
        }

        return kind;
    }

    private void ReplayEvent(long id, ref RecordReader reader, PublicationPool pool)
    {
        var kind = (LogEvent)reader.Byte();
        long sessionId = reader.Long();
        RecoveredSession? recovered = Find(id, sessionId);
        long value = reader.Long();
        if (kind == LogEvent.Received && sessions.TryGetValue(sessionId, out RecoveredSession? publisher))
        {
            var exchange = new Exchange(sessionId, value);
            half.Resolve(exchange);
            publisher.Durable.Exchanges = Math.Max(publisher.Durable.Exchanges, exchange.Number);
        }

        ushort identifier = kind == LogEvent.Sent ? (ushort)reader.Number() : (ushort)0;
        if (kind is LogEvent.HalfDelivered or LogEvent.HalfShared)
        {
            ReplayHalf(kind, sessionId, new Exchange(reader.Long(), value), ref reader);
            return;
        }

        if (recovered is null)
        {
            return;
        }

        Session session = recovered.Durable.Session;
        switch (kind)
        {
            case LogEvent.Sent:
                recovered.OnSent(value, identifier);
                break;
            case LogEvent.Done:
                recovered.OnDone(value, pool);
                break;
            case LogEvent.Released:
                recovered.OnReleased(value, pool);
                break;
            case LogEvent.Received:
                (session.Received ??= new PacketIdentifierSet()).Add((ushort)value);
                break;
            case LogEvent.Unreceived:
                session.Received?.Remove((ushort)value);
                break;
            default:
                throw RecordReader.Damaged();
        }
    }

    private void ReplayHalf(LogEvent kind, long session, Exchange exchange, ref RecordReader reader)
    {
        SharedGroup? group = null;
        if (kind == LogEvent.HalfShared)
        {
            ReadOnlySpan<byte> shareName = reader.Bytes();
            ReadOnlySpan<byte> filter = reader.Bytes();
            RecoveredSession? member = sessions.GetValueOrDefault(session);
            group = member?.Durable.Session.Subscriptions.Find(shareName, filter)?.Group;
        }

        if (kind == LogEvent.HalfDelivered || group is not null)
        {
            half.Add(exchange, session, group);
        }
    }

    // The session that an entry of the log is about; null: it is gone, or has it in its state.
    private RecoveredSession? Find(long logId, long session)
    {
        LastSession = Math.Max(LastSession, session);
        if (!sessions.TryGetValue(session, out RecoveredSession? recovered) || logId <= recovered.LogId)
        {
            return null;
        }

        recovered.IsDirty = true;
        return recovered;
    }
}
