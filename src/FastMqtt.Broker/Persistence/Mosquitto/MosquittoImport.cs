// Takes what a database of Mosquitto holds into a broker that has nothing yet, before its dispatchers run: sessions,
// subscriptions, waiting and unacknowledged messages, retained ones. Everything is told to the journals as if it
// happened now, and becomes durable like that.
//
// What is not as it seems. Mosquitto gives a received QoS 2 message to its subscribers at PUBREL; here that is done at
// once, and its identifier stays until PUBREL. It saves no wills and no shared subscriptions. A message that waits for
// nobody, or of a client that is not in the file, is left out as Mosquitto does.

using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Handlers;
using FastMqtt.Broker.Sessions;
using FastMqtt.Broker.Topics;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Persistence.Mosquitto;

internal sealed class MosquittoImport(BrokerState shared)
{
    /// <summary>Messages after which what was imported is posted to the writer.</summary>
    private const int PostedAtOnce = 4_096;

    private readonly Dictionary<string, Session> _sessions = new(StringComparer.Ordinal);
    private int _subscriptions;
    private int _retained;
    private int _queued;

    /// <exception cref="StoreException">It is no such file, or cannot be read.</exception>
    /// <exception cref="OperationCanceledException">Whoever starts has given up; nothing was imported.</exception>
    public StoreImport Run(string path, CancellationToken cancellationToken = default)
    {
        MosquittoDatabase database = Read(path);
        cancellationToken.ThrowIfCancellationRequested();
        foreach (MosquittoClient client in database.Clients)
        {
            AddSession(client);
        }

        foreach (MosquittoSubscription subscription in database.Subscriptions)
        {
            AddSubscription(subscription);
        }

        foreach (ulong id in database.Retained)
        {
            if (database.Messages.TryGetValue(id, out MosquittoMessage? message))
            {
                Retain(message);
            }
        }

        foreach (MosquittoClientMessage message in database.ClientMessages)
        {
            AddMessage(database, message);
        }

        Flush();
        return new StoreImport(
            _sessions.Count, _subscriptions, _retained, _queued, database.IsComplete ? null : database.Damage);
    }

    private static MosquittoDatabase Read(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            return MosquittoDatabaseReader.Read(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"{path}: cannot be read: {failure.Message}", failure);
        }
    }

    private static string KeyOf(byte[] clientIdentifier) => Convert.ToHexString(clientIdentifier);

    private void AddSession(MosquittoClient client)
    {
        string key = KeyOf(client.ClientId);
        if (client.SessionExpiryInterval == 0 || client.ClientId.Length == 0 || _sessions.ContainsKey(key))
        {
            return; // it ended with its connection
        }

        Dispatcher owner = shared.Dispatchers[SessionDirectory.OwnerOf(client.ClientId, shared.Dispatchers.Length)];
        var session = new Session(owner.Id, shared.NumberOf(client.ClientId), client.ClientId)
        {
            ExpiryInterval = client.SessionExpiryInterval,
        };
        session.Durable = owner.Journal!.Begin(session);
        session.Durable.HasAnyOwner = true; // user names in files of Mosquitto before 2.0.16 may be another client's
        bool isKnown = client.SessionExpiryTime > 0 && client.SessionExpiryInterval != Session.NeverExpires;
        session.Durable.DisconnectedAt = isKnown
            ? (client.SessionExpiryTime - client.SessionExpiryInterval) * 1000L
            : shared.ToUnix(owner.Now);
        owner.Sessions.Add(session);
        owner.Metrics.Sessions++;
        owner.Journal.Rows.PutSession(session.Durable, isPromised: true);
        owner.Lifecycle.Await(session, shared.FromUnix(session.Durable.DisconnectedAt));
        _sessions.Add(key, session);
    }

    private void AddSubscription(MosquittoSubscription subscription)
    {
        ReadOnlySpan<byte> shareName = default;
        ReadOnlySpan<byte> filter = subscription.Filter;
        if (!_sessions.TryGetValue(KeyOf(subscription.ClientId), out Session? session)
            || (TopicFilter.IsShared(filter) && !TopicFilter.TryParseShared(filter, out shareName, out filter))
            || !TopicFilter.IsValid(filter)
            || session.Subscriptions.Find(shareName, filter) is not null)
        {
            return;
        }

        Subscription added = shared.Subscriptions.Add(
            session, shareName, filter, new SubscriptionOptions(subscription.Options), subscription.Identifier);
        session.Subscriptions.Add(added);
        session.FilterBytes += SubscribeHandler.CostOf(filter);
        session.Durable!.Journal.Rows.PutSubscription(session.Durable, added);
        _subscriptions++;
    }

    private void Retain(MosquittoMessage message)
    {
        Dispatcher dispatcher = shared.Dispatchers[0];
        Message retained = MessageOf(message);
        retained.Retain = true;
        Publication publication = dispatcher.Publications.Create(in retained);
        publication.AddReference();
        if (shared.Retained.Set(publication) is { } replaced)
        {
            dispatcher.Publications.Release(replaced);
        }

        dispatcher.Journal!.Rows.PutRetained(publication, isPromised: true);
        dispatcher.Publications.Release(publication);
        _retained++;
        PostNowAndThen(_retained);
    }

    private void AddMessage(MosquittoDatabase database, MosquittoClientMessage entry)
    {
        if (!_sessions.TryGetValue(KeyOf(entry.ClientId), out Session? session)
            || !database.Messages.TryGetValue(entry.StoreId, out MosquittoMessage? stored))
        {
            return;
        }

        if (entry.Direction == MosquittoDirection.In)
        {
            if (entry.State == MosquittoMessageState.Received)
            {
                Receive(session, entry, stored);
            }

            return; // otherwise it was not acknowledged: its client sends it again
        }

        if (entry.QoS > 0)
        {
            Deliver(session, entry, stored);
            _queued++;
            PostNowAndThen(_queued);
        }
    }

    private void Receive(Session session, MosquittoClientMessage entry, MosquittoMessage stored)
    {
        PacketIdentifierSet received = session.Received ??= new PacketIdentifierSet();
        if (received.Add(entry.PacketIdentifier))
        {
            Dispatcher owner = shared.Dispatchers[session.Dispatcher];
            DurableSession durable = session.Durable!;
            durable.Journal.Exchanges.Received(durable, durable.NextExchange(entry.PacketIdentifier));
            Message message = MessageOf(stored);
            owner.FanOut.Route(ref message);
            message.Drop(owner.Publications);
        }
    }

    private void Deliver(Session session, MosquittoClientMessage entry, MosquittoMessage stored)
    {
        Dispatcher owner = shared.Dispatchers[session.Dispatcher];
        DurableSession durable = session.Durable!;
        Message message = MessageOf(stored);
        Publication publication = owner.Publications.Create(in message);
        Delivery delivery = DeliveryOf(entry);
        InflightWindow window = session.Inflight ??= new InflightWindow();
        if (entry.State == MosquittoMessageState.Queued
            || window.StateOf(entry.PacketIdentifier) != InflightState.Free)
        {
            StoredMessage waiting = durable.Journal.Add(durable, publication, in delivery, 0);
            (session.Queue ??= new MessageQueue(durable)).Enqueue(new QueuedMessage(publication, delivery, waiting));
            return;
        }

        StoredMessage sent = durable.Journal.Add(durable, publication, in delivery, entry.PacketIdentifier);
        bool isReleased = entry.State == MosquittoMessageState.Released;
        if (isReleased)
        {
            durable.Journal.Released(durable, in sent);
            owner.Publications.Release(publication);
        }

        window.Restore(
            entry.PacketIdentifier,
            isReleased ? null : publication,
            in delivery,
            in sent,
            isReleased ? InflightState.Released : InflightState.Published);
    }

    private static Delivery DeliveryOf(MosquittoClientMessage entry)
    {
        bool hasOne = entry.SubscriptionIdentifiers.Length == 1;
        return new Delivery(
            (QualityOfService)entry.QoS,
            entry.Retain,
            hasOne ? entry.SubscriptionIdentifiers[0] : 0,
            entry.SubscriptionIdentifiers.Length > 1 ? entry.SubscriptionIdentifiers : null);
    }

    private Message MessageOf(MosquittoMessage message) => new()
    {
        Topic = message.Topic,
        Payload = message.Payload,
        Properties = message.Properties,
        QoS = (QualityOfService)message.QoS,
        ExpiresAtMilliseconds = message.ExpiryTime == 0
            ? long.MaxValue
            : shared.ExpiryFromUnix(message.ExpiryTime * 1000L),
        Publisher = message.SourceClientId is { Length: > 0 } source ? shared.NumberOf(source) : 0,
    };

    // So that memory does not hold everything twice.
    private void PostNowAndThen(int count)
    {
        if (count % PostedAtOnce == 0)
        {
            Flush();
        }
    }

    private void Flush()
    {
        foreach (Dispatcher dispatcher in shared.Dispatchers)
        {
            dispatcher.Journal!.Flush();
        }
    }
}
