// The receiving side of `bench 1x1`: cuts the stream into frames and checks each against the one it must be.
using System.Diagnostics;
using System.Net.Sockets;

namespace FastMqtt.Bench;

internal sealed class BenchSubscriber
{
    private const int BufferBytes = 256 * 1024;

    private readonly BenchClient _client;
    private readonly BenchFrame _frame;
    private readonly byte[] _buffer;
    private int _kept;

    public BenchSubscriber(BenchClient client, BenchFrame frame, int window)
    {
        _client = client;
        _frame = frame;
        int useful = (int)Math.Min((long)frame.Length * window, BufferBytes);
        _buffer = new byte[Math.Max(useful, frame.Length)];
    }

    public Socket Socket => _client.Socket;

    public long Received { get; private set; }

    public LatencyHistogram Latencies { get; } = new();

    /// <summary>One receive, and every whole frame it completes.</summary>
    public void Receive()
    {
        int count = _kept + _client.Receive(_buffer.AsSpan(_kept));
        long now = Stopwatch.GetTimestamp();
        int start = 0;
        while (count - start >= _frame.Length)
        {
            string? problem = _frame.Check(_buffer.AsSpan(start, _frame.Length), Received, out long sentAt);
            if (problem is not null)
            {
                throw new BenchException(problem);
            }

            Latencies.Add((long)Stopwatch.GetElapsedTime(sentAt, now).TotalNanoseconds);
            start += _frame.Length;
            Received++;
        }

        _kept = count - start;
        _buffer.AsSpan(start, _kept).CopyTo(_buffer);
    }
}
