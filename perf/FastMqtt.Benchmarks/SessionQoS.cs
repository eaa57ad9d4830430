// How long does a session take for a QoS 1 or 2 message on its way out? Its parts alone (window, queue, sending again),
// then the whole: publications that find the window full wait in the queue, and each acknowledgement sends the next.

using BenchmarkDotNet.Attributes;
using FastMqtt.Benchmarks.Embedded;
using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Sessions;
using FastMqtt.Protocol;
using FastMqtt.Transport.Buffers;

namespace FastMqtt.Benchmarks;

[MemoryDiagnoser]
public class SessionQoS
{
    /// <summary>Messages of a round: in flight, in the queue, sent again.</summary>
    private const int Count = 100;

    /// <summary>The subscriber's Receive Maximum where the queue takes part.</summary>
    private const ushort SmallWindow = 10;

    private const string Topic = "site/7/state";

    private readonly PublicationPool _pool = new(new SlabPool());
    private readonly InflightWindow _window = new();
    private readonly InflightWindow _resent = new();
    private readonly MessageQueue _queue = new();
    private readonly ushort[] _identifiers = new ushort[Count];
    private Publication _publication = null!;
    private Delivery _delivery;
    private EmbeddedBroker _broker = null!;
    private MemorySocket _publisher = null!;
    private byte[] _publishes = [];
    private byte[] _pubrels = [];

    [Params(QualityOfService.AtLeastOnce, QualityOfService.ExactlyOnce)]
    public QualityOfService QoS { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var message = new Message
        {
            Topic = Packets.Bytes(Topic),
            Payload = new byte[Packets.PayloadBytes],
            QoS = QoS,
            ExpiresAtMilliseconds = long.MaxValue,
        };
        _publication = _pool.Create(in message);
        _delivery = new Delivery(QoS, false, 0, null);
        for (int i = 0; i < Count; i++)
        {
            _resent.Add(_publication, in _delivery);
        }

        _broker = new EmbeddedBroker();
        _publisher = _broker.Connect(ProtocolVersion.Mqtt5);
        MemorySocket subscriber = _broker.Connect(ProtocolVersion.Mqtt5, acknowledges: true, SmallWindow);
        subscriber.Send(Packets.Subscribe(ProtocolVersion.Mqtt5, Topic, QoS));
        _broker.Run();
        _publishes = Packets.Repeat(Count, i => Packets.Publish(ProtocolVersion.Mqtt5, Topic, QoS, i));
        _pubrels = Packets.Repeat(
            Count, i => Packets.Acknowledgement(ProtocolVersion.Mqtt5, PacketType.Pubrel, i));
        for (int i = 0; i < 2; i++)
        {
            long before = subscriber.ReceivedBytes;
            QueuedUntilAcknowledged();
            if (subscriber.ReceivedBytes - before < Count * Packets.PayloadBytes)
            {
                throw new InvalidOperationException("Not every message left the queue.");
            }
        }
    }

    /// <summary>Into the window and, acknowledged, out of it: PUBACK, or PUBREC and PUBCOMP.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Count)]
    public void Window()
    {
        for (int i = 0; i < Count; i++)
        {
            _identifiers[i] = _window.Add(_publication, in _delivery);
        }

        for (int i = 0; i < Count; i++)
        {
            if (QoS == QualityOfService.ExactlyOnce)
            {
                _window.Release(_identifiers[i]);
            }

            _window.Complete(_identifiers[i]);
        }
    }

    [Benchmark(OperationsPerInvoke = Count)]
    public void Queue()
    {
        for (int i = 0; i < Count; i++)
        {
            _queue.Enqueue(new QueuedMessage(_publication, _delivery));
        }

        while (_queue.TryDequeue(out _))
        {
            // In the order they came.
        }
    }

    /// <summary>A new connection: everything published is taken for sending again.</summary>
    [Benchmark(OperationsPerInvoke = Count)]
    public void Redelivery()
    {
        _resent.BeginResend();
        while (_resent.MayResend(Count))
        {
            _resent.TakeResend();
        }
    }

    /// <summary>From the publisher's bytes to the subscriber's, with a window for a tenth of them.</summary>
    [Benchmark(OperationsPerInvoke = Count)]
    public void QueuedUntilAcknowledged()
    {
        _publisher.Send(_publishes);
        _broker.RunToRest();
        if (QoS == QualityOfService.ExactlyOnce)
        {
            _publisher.Send(_pubrels);
            _broker.RunToRest();
        }
    }
}
