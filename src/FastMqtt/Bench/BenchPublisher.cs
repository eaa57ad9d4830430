// The sending side of `bench 1x1`. Owns the bytes not yet taken by the socket. Never blocks: a publisher that waits for
// a broker that waits for its subscriber, which is the same thread, would wait for ever.
using System.Diagnostics;
using System.Net.Sockets;

namespace FastMqtt.Bench;

internal sealed class BenchPublisher
{
    // How long both directions may stand still.
    private const int SilenceMicrosecondsMax = 10_000_000;

    // Enough for many small frames in one send; a frame larger than this gets a buffer of its own size.
    private const int BufferBytes = 64 * 1024;

    private readonly BenchClient _client;
    private readonly BenchFrame _frame;
    private readonly OneToOneLoad _load;
    private readonly byte[] _buffer;
    private long _begin;
    private int _start;
    private int _end;

    public BenchPublisher(BenchClient client, BenchFrame frame, OneToOneLoad load)
    {
        _client = client;
        _frame = frame;
        _load = load;
        _buffer = new byte[Math.Max(BufferBytes, frame.Length)];
        client.Socket.Blocking = false;
    }

    public long Sent { get; private set; }

    public void Begin(long timestamp) => _begin = timestamp;

    /// <summary>Tops up the window and sends until it is full; false when the socket takes no more.</summary>
    public bool Push(long received)
    {
        while (Flush())
        {
            if (!TopUp(received))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Waits until this side can write or the subscriber can read; true for the latter.</summary>
    public bool WaitFor(BenchSubscriber subscriber)
    {
        List<Socket> reading = [subscriber.Socket];
        List<Socket> writing = [_client.Socket];
        Socket.Select(reading, writing, null, SilenceMicrosecondsMax);
        return reading.Count + writing.Count > 0
            ? reading.Count > 0
            : throw new BenchException($"the broker took and sent nothing for {SilenceMicrosecondsMax / 1_000_000} s");
    }

    // Writes frames into the empty buffer until the window, the load or the buffer ends; true when there is one.
    private bool TopUp(long received)
    {
        _start = _end = 0;
        long now = Stopwatch.GetTimestamp();
        while (Sent - received < _load.Window && !IsDone(now) && _buffer.Length - _end >= _frame.Length)
        {
            _frame.Write(_buffer.AsSpan(_end), Sent, now);
            _end += _frame.Length;
            Sent++;
        }

        return _end > 0;
    }

    // Sends what the socket takes; true when nothing is left.
    private bool Flush()
    {
        while (_start < _end)
        {
            ReadOnlySpan<byte> unsent = _buffer.AsSpan(_start, _end - _start);
            int count = _client.Socket.Send(unsent, SocketFlags.None, out SocketError status);
            if (status == SocketError.WouldBlock)
            {
                return false;
            }

            if (status != SocketError.Success)
            {
                throw new SocketException((int)status);
            }

            _start += count;
        }

        return true;
    }

    private bool IsDone(long now) => _load.Seconds > 0
        ? Stopwatch.GetElapsedTime(_begin, now).TotalSeconds >= _load.Seconds
        : Sent >= _load.Count;
}
