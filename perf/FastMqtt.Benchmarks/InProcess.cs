// How long does an in-process message take from the publisher to the subscriber, 64 bytes? On one thread: TryPublish or
// PublishAsync into the buffer, the tick that routes it, the handler or the stream's reader. So it is the processor
// time of both sides; InProcessThreads measures them on threads of their own.

using BenchmarkDotNet.Attributes;
using FastMqtt.Benchmarks.Embedded;
using FastMqtt.Broker.InProcess;
using FastMqtt.Protocol;

namespace FastMqtt.Benchmarks;

[MemoryDiagnoser]
public class InProcess
{
    private const int Count = 1_000;

    private readonly byte[] _payload = new byte[Packets.PayloadBytes];
    private readonly ValueTask<ReasonCode>[] _pending = new ValueTask<ReasonCode>[Count];
    private EmbeddedBroker _broker = null!;
    private InProcessClient _client = null!;
    private ApplicationMessage _message = null!;
    private ApplicationMessage _acknowledged = null!;
    private MessageStream _stream = null!;
    private long _received;

    private static ReadOnlySpan<byte> Topic => "site/7/state"u8;

    [GlobalSetup]
    public void Setup()
    {
        _broker = new EmbeddedBroker();
        _client = new InProcessClient(_broker.State);
        _message = new ApplicationMessage { Topic = "site/7/state", Payload = _payload };
        _acknowledged = new ApplicationMessage
        {
            Topic = "site/7/state",
            Payload = _payload,
            QoS = QualityOfService.AtLeastOnce,
        };
        Task<InProcessSubscription> subscribed = _client.SubscribeAsync(
            "site/+/state", (in ReceivedSpan message) => _received += message.Payload.Length).AsTask();
        _stream = _client.Subscribe("stream", new SubscribeOptions { BufferedMessages = Count });
        _broker.RunToRest();
        subscribed.Wait();
        _stream.Subscribed.Wait();
        Prove(TryPublish);
        Prove(PublishAsync);
        Prove(PublishAsyncQoS1);
        Stream(); // throws when a message is missing
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Count)]
    public void TryPublish()
    {
        for (int i = 0; i < Count; i++)
        {
            _client.TryPublish(Topic, _payload);
        }

        _broker.RunToRest();
    }

#pragma warning disable CA2012 // Each is consumed once, when all are done.
    [Benchmark(OperationsPerInvoke = Count)]
    public void PublishAsync()
    {
        for (int i = 0; i < Count; i++)
        {
            _pending[i] = _client.PublishAsync(_message);
        }

        Finish();
    }

    /// <summary>Completes when the broker has routed it. Nothing is durable here.</summary>
    [Benchmark(OperationsPerInvoke = Count)]
    public void PublishAsyncQoS1()
    {
        for (int i = 0; i < Count; i++)
        {
            _pending[i] = _client.PublishAsync(_acknowledged);
        }

        Finish();
    }
#pragma warning restore CA2012

    /// <summary>To a reader of copies: an object and an array for each.</summary>
    [Benchmark(OperationsPerInvoke = Count)]
    public void Stream()
    {
        for (int i = 0; i < Count; i++)
        {
            _client.TryPublish("stream"u8, _payload);
        }

        _broker.RunToRest();
        for (int i = 0; i < Count; i++)
        {
            ValueTask<bool> next = _stream.MoveNextAsync();
            if (!next.IsCompleted || !next.Result)
            {
                throw new InvalidOperationException("A message is missing.");
            }
        }
    }

    private void Finish()
    {
        _broker.RunToRest();
        foreach (ValueTask<ReasonCode> pending in _pending)
        {
            if (!pending.IsCompleted || pending.Result != ReasonCode.Success)
            {
                throw new InvalidOperationException("A message was not published.");
            }
        }
    }

    private void Prove(Action round)
    {
        for (int i = 0; i < 2; i++)
        {
            _received = 0;
            round();
            if (_received != Count * _payload.Length)
            {
                throw new InvalidOperationException($"{round.Method.Name}: {_received} bytes received.");
            }
        }
    }
}
