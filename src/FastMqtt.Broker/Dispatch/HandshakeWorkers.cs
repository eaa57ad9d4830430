// The threads that do the cryptography of TLS handshakes, so that no dispatcher waits half a millisecond for one. They
// take steps from a channel, in the order the sockets became ready, and post each back to its dispatcher. Started with
// the first TLS listener; a broker without one has none. Bounded: each client has one step in it at the most, and the
// gate bounds the clients.

using System.Threading.Channels;
using FastMqtt.Transport.Tls;

namespace FastMqtt.Broker.Dispatch;

internal sealed class HandshakeWorkers
{
    // Written by dispatchers; a worker that waits is woken by the writer itself, not by way of the thread pool.
    private readonly Channel<Handshake> _steps = Channel.CreateUnbounded<Handshake>(
        new UnboundedChannelOptions { AllowSynchronousContinuations = true });

    private readonly List<Thread> _threads = [];

    public HandshakeWorkers(int maximumHandshakes) => Gate = new HandshakeGate(maximumHandshakes);

    public HandshakeGate Gate { get; }

    /// <summary>Whether there is a TLS listener.</summary>
    public bool HasStarted => _threads.Count > 0;

    /// <summary>Does nothing the second time.</summary>
    public void Start()
    {
        // One for each core but the dispatchers' first, at most two: full handshakes are half a millisecond of
        // processor.
        int count = _threads.Count > 0 ? 0 : Math.Clamp(Environment.ProcessorCount - 1, 1, Limits.HandshakeThreads);
        for (int i = 0; i < count; i++)
        {
            var thread = new Thread(Run) { IsBackground = true, Name = $"handshakes {i}" };
            _threads.Add(thread);
            thread.Start();
        }
    }

    public void Post(Handshake handshake) => _steps.Writer.TryWrite(handshake);

    /// <summary>After the dispatchers have ended: what was abandoned in here is closed, then the threads end.</summary>
    public void Stop()
    {
        _steps.Writer.TryComplete();
        _threads.ForEach(thread => thread.Join());
    }

    private void Run()
    {
        while (_steps.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (_steps.Reader.TryRead(out Handshake? handshake))
            {
                handshake.Step();
            }
        }
    }
}
