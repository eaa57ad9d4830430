// A poller that is a crowd: every connection it lets in sends CONNECT and SUBSCRIBE at once and then nothing for ever.
// It keeps nothing per connection, so what the process holds afterwards is the broker's. Not thread safe.

using FastMqtt.Benchmarks.Embedded;
using FastMqtt.Protocol;
using FastMqtt.Transport;

namespace FastMqtt.Benchmarks.Scale;

internal sealed class CrowdPoller : IPoller
{
    private readonly Queue<ulong> _speaking = new();
    private ulong _listenerToken;
    private int _accepted;

    /// <summary>Connections that exist; the broker accepts them as it likes.</summary>
    public int Size { get; set; }

    public bool HasEvents => _accepted < Size || _speaking.Count > 0;

    /// <summary>Bytes the broker has sent to all of them.</summary>
    public long SentBytes { get; private set; }

    public int Wait(Span<PollEvent> events, int timeoutMilliseconds)
    {
        int count = 0;
        if (_accepted < Size)
        {
            events[count++] = new PollEvent(_listenerToken, PollFlags.Readable);
        }

        while (count < events.Length && _speaking.TryDequeue(out ulong token))
        {
            events[count++] = new PollEvent(token, PollFlags.Readable);
        }

        return count;
    }

    public void Wake()
    {
        // Nobody sleeps.
    }

    public bool TryAdd(int handle, ulong token)
    {
        _speaking.Enqueue(token);
        return true;
    }

    public bool TryAddListener(int handle, ulong token)
    {
        _listenerToken = token;
        return true;
    }

    public void Remove(int handle)
    {
        // Nobody leaves.
    }

    public IoStatus Accept(int listener, out int handle, out PeerAddress peer)
    {
        peer = default;
        handle = _accepted < Size ? _accepted++ : -1;
        return handle < 0 ? IoStatus.WouldBlock : IoStatus.Done;
    }

    public IoStatus Peek(int handle, Span<byte> buffer, out int count) =>
        throw new NotSupportedException("No listener here expects a PROXY header.");

    public IoStatus Receive(int handle, Span<byte> buffer, out int count)
    {
        string identifier = $"device-{handle:D8}";
        byte[] connect = Packets.Connect(ProtocolVersion.Mqtt311, identifier);
        byte[] subscribe = Packets.Subscribe(
            ProtocolVersion.Mqtt311, $"fleet/{handle:D8}/commands/all", QualityOfService.AtLeastOnce);
        connect.CopyTo(buffer);
        subscribe.CopyTo(buffer[connect.Length..]);
        count = connect.Length + subscribe.Length;
        return IoStatus.Done;
    }

    public IoStatus Send(int handle, ReadOnlySpan<byte> buffer, out int count)
    {
        count = buffer.Length;
        SentBytes += count;
        return IoStatus.Done;
    }

    public IoStatus Send(int handle, ReadOnlySpan<IoVector> vectors, out int count)
    {
        count = 0;
        foreach (IoVector vector in vectors)
        {
            count += vector.Span.Length;
        }

        SentBytes += count;
        return IoStatus.Done;
    }

    public IByteStream MoveTo(IPoller poller) => poller;

    public void ShutdownSend(int handle)
    {
        // As Remove.
    }

    public void ShutdownReceive(int handle)
    {
        // As Remove.
    }

    public void Close(int handle)
    {
        // As Remove.
    }

    public void Dispose()
    {
        // Owns nothing.
    }
}
