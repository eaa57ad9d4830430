// A client of the simulation that keeps the protocol's promises itself: it resends what is not acknowledged, in order,
// with DUP, after each reconnect; it takes a QoS 2 message once per exchange. It is slow, it breaks off, it comes back.
// What it received is kept for the judge; what lay unread in a broken connection is lost, as in life.

using System.Text;
using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Tests.Simulation;

internal sealed class SimulatedClient(TestBroker broker, Random random, string identifier, ProtocolVersion version)
{
    private TestBroker _broker = broker;
    private readonly List<Outgoing> _outgoing = [];
    private readonly Dictionary<ushort, string> _halfReceived = [];
    private readonly Queue<byte[]> _answers = [];
    private readonly Dictionary<uint, string> _aliases = [];
    private TestClient? _connection;
    private ushort _lastId;

    public string Identifier => identifier;

    public List<(string Topic, string Text, int QoS)> Received { get; } = [];

    public bool IsConnected => _connection is not null;

    public bool IsIdle => _outgoing.Count == 0 && _answers.Count == 0;

    /// <summary>Connects, also while an older connection of its own is still open (a takeover).</summary>
    public void Connect(bool hurried)
    {
        // A CONNECT that waits at another dispatcher's listener may arrive after this one and take it over: rightly.
        _broker.Tick();
        _answers.Clear();
        _aliases.Clear();
        byte[] properties =
        [
            .. Property.TopicAliasMaximum((ushort)random.Next(3)),
            .. Property.SessionExpiryInterval(100_000),
            .. Property.ReceiveMaximum((ushort)(hurried ? 1_000 : random.Next(1, 20))),
        ];
        _connection = _broker.Open(version, random.Next(_broker.Dispatchers.Length));
        _connection.Socket.ReceiveLimit = !hurried && random.Next(3) == 0 ? random.Next(1, 40) : int.MaxValue;
        _connection.Send(Packets.Connect(version, identifier, clean: false, 0, properties));
        foreach (Outgoing message in _outgoing)
        {
            _connection.Send(message.IsReleased ? Packets.Pubrel(message.Id) : Encode(message, duplicate: true));
        }
    }

    /// <summary>The broker is gone, and this is the one that took its place.</summary>
    public void MoveTo(TestBroker next)
    {
        _broker = next;
        _connection = null;
        _answers.Clear();
    }

    public void Break(bool orderly)
    {
        if (orderly)
        {
            _connection!.Send(Packets.Disconnect());
        }
        else
        {
            _connection!.Socket.Reset();
        }

        _connection = null;
        _answers.Clear();
    }

    public void Subscribe(string filter, int qos) =>
        _connection!.Send(Packets.Subscribe(version, NewId(), Identifiers(), (filter, qos)));

    public void Unsubscribe(string filter) => _connection!.Send(Packets.Unsubscribe(version, NewId(), filter));

    public void Publish(string topic, string text, int qos, bool retain = false)
    {
        var message = new Outgoing(topic, text, qos, qos > 0 ? NewId() : (ushort)0, retain);
        if (qos > 0)
        {
            _outgoing.Add(message);
        }

        _connection!.Send(Encode(message, duplicate: false));
    }

    /// <summary>The socket takes so many more bytes.</summary>
    public void MakeRoom(int bytes) => _connection!.Socket.SendRoom = bytes;

    /// <summary>Takes what has arrived; answers wait until <see cref="Answer"/>.</summary>
    public void Read()
    {
        foreach (Packet packet in _connection!.Read())
        {
            switch (packet.Type)
            {
                case PacketType.Publish:
                    Receive(packet);
                    break;
                case PacketType.Pubrel:
                    _halfReceived.Remove(packet.Id);
                    _answers.Enqueue(Packets.Pubcomp(packet.Id));
                    break;
                case PacketType.Puback or PacketType.Pubcomp:
                    _outgoing.RemoveAll(message => message.Id == packet.Id);
                    break;
                case PacketType.Pubrec:
                    Release(packet.Id);
                    break;
                case PacketType.Disconnect:
                    throw new InvalidOperationException($"{identifier} was disconnected: {packet.Reason}");
                default:
                    break;
            }
        }
    }

    /// <summary>Sends some of the answers that wait, in order.</summary>
    public void Answer(int count)
    {
        while (count-- > 0 && _answers.TryDequeue(out byte[]? answer))
        {
            _connection!.Send(answer);
        }
    }

    private byte[] Encode(Outgoing message, bool duplicate) => Packets.Publish(
        version,
        message.Topic,
        Encoding.UTF8.GetBytes(message.Text),
        message.QoS,
        message.Id,
        message.Retain,
        duplicate && message.QoS > 0);

    private byte[] Identifiers() =>
        random.Next(2) == 0 ? [] : Property.SubscriptionIdentifier((uint)random.Next(1, 1_000_000));

    private void Receive(Packet packet)
    {
        string topic = packet.Topic;
        if (packet.Integer(PropertyIdentifier.TopicAlias) is { } alias)
        {
            topic = topic.Length > 0 ? topic : _aliases[alias];
            _aliases[alias] = topic;
        }

        bool again = packet.QoS == 2 && !_halfReceived.TryAdd(packet.Id, packet.Text);
        if (again && _halfReceived[packet.Id] is var known && known != packet.Text)
        {
            // [MQTT-2.2.1-4] a client drops it: for its application it is lost
            throw new InvalidOperationException($"{identifier}: {packet.Id} of {known} is now {packet.Text}");
        }

        if (!again)
        {
            Received.Add((topic, packet.Text, packet.QoS));
        }

        if (packet.QoS > 0)
        {
            _answers.Enqueue(packet.QoS == 1 ? Packets.Puback(packet.Id) : Packets.Pubrec(packet.Id));
        }
    }

    private void Release(ushort id)
    {
        if (_outgoing.Find(message => message.Id == id) is { } message)
        {
            message.IsReleased = true;
            _answers.Enqueue(Packets.Pubrel(id));
        }
    }

    // An identifier comes back soon: what the broker remembers of the last message must not be taken for the new one.
    private ushort NewId()
    {
        do
        {
            _lastId = (ushort)((_lastId % (8 + (2 * _outgoing.Count))) + 1);
        }
        while (_outgoing.Exists(message => message.Id == _lastId));
        return _lastId;
    }

    private sealed record Outgoing(string Topic, string Text, int QoS, ushort Id, bool Retain)
    {
        public bool IsReleased { get; set; }
    }
}
