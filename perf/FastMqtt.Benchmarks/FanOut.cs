// How long does it take to bring one message to its subscribers? From a message on the stack to bytes handed to the
// (empty) send: no decoding, no acknowledgement of the publisher. Per published message; divide by Subscribers.
// Single: each message alone, where no burst can be formed.

using BenchmarkDotNet.Attributes;
using FastMqtt.Benchmarks.Embedded;
using FastMqtt.Broker.Dispatch;
using FastMqtt.Protocol;

namespace FastMqtt.Benchmarks;

[MemoryDiagnoser]
public class FanOut
{
    /// <summary>Messages of a tick.</summary>
    private const int Count = 20;

    private const string Topic = "site/7/state";

    private readonly byte[] _topic = Packets.Bytes(Topic);
    private readonly byte[] _payload = new byte[Packets.PayloadBytes];
    private readonly byte[] _largePayload = new byte[16 << 10];
    private EmbeddedBroker _broker = null!;

    [Params(1, 100)]
    public int Subscribers { get; set; }

    [Params(ProtocolVersion.Mqtt311, ProtocolVersion.Mqtt5)]
    public ProtocolVersion Version { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _broker = new EmbeddedBroker();
        for (int i = 0; i < Subscribers; i++)
        {
            _broker.Subscribe(Version, Topic, QualityOfService.AtMostOnce);
        }
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Count)]
    public void Small() => Route(_payload);

    /// <summary>16 KiB: with several subscribers one copy is shared by all.</summary>
    [Benchmark(OperationsPerInvoke = Count)]
    public void Large() => Route(_largePayload);

    private void Route(byte[] payload)
    {
        Dispatcher dispatcher = _broker.Dispatcher;
        for (int i = 0; i < Count; i++)
        {
            var message = new Message
            {
                Topic = _topic,
                Payload = payload,
                ExpiresAtMilliseconds = long.MaxValue,
            };
            dispatcher.FanOut.Route(ref message);
            message.Drop(dispatcher.Publications);
            dispatcher.FlushIfMuchIsBuffered();
        }

        _broker.Run();
    }
}
