// A QoS 2 message whose receivers are served by two dispatchers, and a broker that dies when one of them has it: it
// comes again from its publisher, and nobody gets it twice [MQTT-4.3.3-10].

using FastMqtt.Broker.Persistence;
using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Persistence;

public sealed class HalfDeliveredTests : IDisposable
{
    private const int Near = 0;
    private const int Far = 1;

    // So small that each batch takes the states of all sessions, and the log keeps what it must and no more.
    private static readonly StoreLimits Small = new() { LogBytes = 0 };

    private readonly MemoryStore _store = new();
    private readonly string[] _receivers;
    private readonly string _publisher;
    private TestBroker _broker;

    public HalfDeliveredTests()
    {
        _broker = Start(null);
        _receivers = [_broker.IdentifierOn(Near), _broker.IdentifierOn(Far)];
        _publisher = _broker.IdentifierOn(Near);
        for (int i = Near; i <= Far; i++)
        {
            _broker.ConnectPersistent(_receivers[i], at: i).Subscribe("t", 2).Disconnect();
        }
    }

    public void Dispose()
    {
        _broker.Dispose();
        _store.Dispose();
    }

    [Theory]
    [InlineData(Near)]
    [InlineData(Far)]
    public void Who_has_a_message_is_known_until_its_identifier_is_stored(int first)
    {
        TestClient publisher = _broker.ConnectPersistent(_publisher, at: Near);
        TestClient other = _broker.ConnectPersistent(_broker.IdentifierOn(first), at: first);
        publisher.Send("t", "once", 2, id: 5);
        Run(Near);
        if (first == Far)
        {
            Run(Far);
        }

        for (int i = 0; i < 5; i++)
        {
            // This one goes on while the other takes its time.
            other.Send(Packets.Subscribe(ProtocolVersion.Mqtt5, 9, null, ($"busy/{i}", 0)));
            Run(first);
        }

        Kill();
        publisher = _broker.ConnectPersistent(_publisher, at: Near);
        publisher.Send(Packets.Publish(ProtocolVersion.Mqtt5, "t", "once"u8, 2, 5, duplicate: true));
        _broker.Tick();
        publisher.Next(PacketType.Pubrec);
        for (int i = Near; i <= Far; i++)
        {
            Assert.Equal("once", Assert.Single(_broker.ConnectPersistent(_receivers[i], at: i).Read()).Text);
        }
    }

    private TestBroker Start(ManualTime? time) => new(2, store: _store, storeLimits: Small, time: time);

    // One dispatcher goes on, and the disk; the other does not.
    private void Run(int dispatcher)
    {
        for (int i = 0; i < 5; i++)
        {
            _broker.Dispatchers[dispatcher].Tick();
            _broker.CommitOnce();
        }
    }

    private void Kill()
    {
        TestBroker dead = _broker;
        _broker = Start(dead.Time);
        dead.Dispose();
        _broker.Tick();
    }
}
