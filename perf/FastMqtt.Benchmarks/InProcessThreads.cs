// In-process messages of 64 bytes through a broker that runs: one thread publishes, one dispatcher delivers. Per
// message: what the slower of the two takes, hand-over and wake-ups included; 200 ns are 5 million a second. What the
// handler counts has cache lines of its own: on a line with what the publisher reads it would be measured too.

using System.Net;
using BenchmarkDotNet.Attributes;
using FastMqtt.Benchmarks.Embedded;
using FastMqtt.Broker;
using FastMqtt.Broker.InProcess;
using FastMqtt.Protocol;
using Microsoft.Extensions.Logging.Abstractions;

namespace FastMqtt.Benchmarks;

[MemoryDiagnoser]
public class InProcessThreads
{
    private const int Count = 500_000;

    private readonly byte[] _payload = new byte[Packets.PayloadBytes];
    private MqttBroker _broker = null!;
    private TaskCompletionSource _done = new();
    private MessageStream _stream = null!;
    private readonly int[] _left = new int[64];
    private int _read;

    private ref int Left => ref _left[_left.Length / 2];

    [GlobalSetup]
    public void Setup()
    {
        var options = new BrokerOptions { Dispatchers = 1, SystemTopicsInterval = TimeSpan.Zero };
        options.Listeners.Add(new ListenerOptions { EndPoint = new IPEndPoint(IPAddress.Loopback, 0) });
        _broker = MqttBroker.Start(options, NullLoggerFactory.Instance);
        _broker.SubscribeAsync("site/+/state", Take).AsTask().Wait();
        _stream = _broker.Subscribe("stream", new SubscribeOptions { QoS = QualityOfService.AtLeastOnce });
        _stream.Subscribed.Wait();
    }

    [GlobalCleanup]
    public void Cleanup() => _broker.StopAsync(TimeSpan.FromSeconds(1)).Wait();

    /// <summary>To a handler, which sees spans.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Count)]
    public void Handler()
    {
        _done = new TaskCompletionSource();
        Left = Count;
        for (int i = 0; i < Count; i++)
        {
            while (!_broker.TryPublish("site/7/state"u8, _payload))
            {
                Thread.Yield(); // the buffer is full: the dispatcher's turn
            }
        }

        _done.Task.Wait();
    }

    /// <summary>The same, and who publishes awaits each message; when the buffer is full he waits for room.</summary>
    [Benchmark(OperationsPerInvoke = Count)]
    public void HandlerAwaited()
    {
        _done = new TaskCompletionSource();
        Left = Count;
        PublishAllAsync().Wait();
        _done.Task.Wait();
    }

    /// <summary>To a reader of copies, QoS 1, which loses nothing.</summary>
    [Benchmark(OperationsPerInvoke = Count)]
    public void Reader()
    {
        Task reading = ReadAllAsync();
        for (int i = 0; i < Count; i++)
        {
            while (!_broker.TryPublish("stream"u8, _payload, QualityOfService.AtLeastOnce))
            {
                Thread.Yield();
            }

            // No more than the session's queue holds is on its way.
            while ((i & 1_023) == 0 && i - Volatile.Read(ref _read) > 50_000)
            {
                Thread.Yield();
            }
        }

        reading.Wait();
    }

    private void Take(in ReceivedSpan message)
    {
        if (--Left == 0)
        {
            _done.SetResult();
        }
    }

    private async Task PublishAllAsync()
    {
        for (int i = 0; i < Count; i++)
        {
            await _broker.PublishAsync("site/7/state", _payload).ConfigureAwait(false);
        }
    }

    private async Task ReadAllAsync()
    {
        for (_read = 0; _read < Count; Volatile.Write(ref _read, _read + 1))
        {
            await _stream.MoveNextAsync().ConfigureAwait(false);
        }
    }
}
