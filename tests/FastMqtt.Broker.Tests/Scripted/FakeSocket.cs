// The client's end of a scripted connection, driven by a test, and the system's buffers between it and the broker.
// Faithful to edge-triggered sockets: an event comes with a change only (bytes arrive, room appears after a send was
// cut short, the end, a reset). A broker that does not read on, or does not flush again, stays silent for ever.

using System.Net;
using FastMqtt.Transport;

namespace FastMqtt.Broker.Tests.Scripted;

internal sealed class FakeSocket : FakeHandle
{
    private readonly ByteBuffer _toBroker = new();
    private readonly ByteBuffer _fromBroker = new();
    private bool _isSendCutShort;
    private bool _isEnded;
    private bool _isReset;
    private int _sendRoom = int.MaxValue;

    public FakeSocket(ushort port) => Peer = PeerAddress.FromEndPoint(new IPEndPoint(IPAddress.Loopback, port));

    /// <summary>Where it seems to come from; to be changed before the broker accepts it.</summary>
    public PeerAddress Peer { get; set; }

    /// <summary>The broker has closed the socket.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>The broker will send no more: it closed the socket or its sending half.</summary>
    public bool IsEndedByBroker { get; private set; }

    /// <summary>Calls the broker made, to prove "one send per tick".</summary>
    public int SendCalls { get; private set; }

    public int ReceiveCalls { get; private set; }

    /// <summary>Bytes written by the test that the broker has not received.</summary>
    public int UnreceivedBytes => _toBroker.Count;

    /// <summary>
    /// The largest piece in which bytes arrive: a receive gets no more, and the next piece arrives right after it,
    /// with an event of its own.
    /// </summary>
    public int ReceiveLimit { get; set; } = int.MaxValue;

    /// <summary>
    /// Bytes the socket's send buffer still takes. Each send lowers it; at 0 sends would block. Raising it makes the
    /// socket writable again, with an event if a send was cut short before.
    /// </summary>
    public int SendRoom
    {
        get => _sendRoom;
        set
        {
            bool isRaised = value > _sendRoom;
            _sendRoom = value;
            if (isRaised && _isSendCutShort)
            {
                _isSendCutShort = false;
                Changed?.Invoke(this);
            }
        }
    }

    public override PollFlags Ready
    {
        get
        {
            if (_isReset)
            {
                return PollFlags.Readable | PollFlags.Writable | PollFlags.PeerClosed | PollFlags.Error;
            }

            PollFlags flags = _toBroker.Count > 0 ? PollFlags.Readable : PollFlags.None;
            flags |= _isEnded ? PollFlags.Readable | PollFlags.PeerClosed : PollFlags.None;
            flags |= _sendRoom > 0 ? PollFlags.Writable : PollFlags.None;
            return flags;
        }
    }

    // The poller this socket is registered with, if any, wants to know of each edge.
    internal Action<FakeSocket>? Changed { get; set; }

    /// <summary>The client sends.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (IsClosed || _isReset)
        {
            return;
        }

        _toBroker.Append(bytes);
        Changed?.Invoke(this);
    }

    /// <summary>Everything the broker has sent since the last call.</summary>
    public byte[] Read()
    {
        byte[] bytes = _fromBroker.Span.ToArray();
        _fromBroker.Clear();
        return bytes;
    }

    /// <summary>
    /// What the broker has sent, in place; <see cref="Skip"/> takes it away. For tests that count bytes.
    /// </summary>
    public ReadOnlySpan<byte> Unread => _fromBroker.Span;

    public void Skip(int count) => _fromBroker.Consume(count);

    /// <summary>The client ends its stream; what it wrote before can still be received.</summary>
    public void Shutdown()
    {
        _isEnded = true;
        Changed?.Invoke(this);
    }

    /// <summary>The connection breaks: what was not received is lost, every further call fails.</summary>
    public void Reset()
    {
        _isReset = true;
        _toBroker.Clear();
        Changed?.Invoke(this);
    }

    internal IoStatus Peek(Span<byte> buffer, out int count)
    {
        count = _isReset ? 0 : Math.Min(buffer.Length, _toBroker.Count);
        _toBroker.Span[..count].CopyTo(buffer);
        return count > 0 ? IoStatus.Done
            : _isReset ? IoStatus.Failed
            : _isEnded ? IoStatus.Closed
            : IoStatus.WouldBlock;
    }

    internal IoStatus Receive(Span<byte> buffer, out int count)
    {
        ReceiveCalls++;
        count = 0;
        if (_isReset)
        {
            return IoStatus.Failed;
        }

        count = Math.Min(Math.Min(buffer.Length, ReceiveLimit), _toBroker.Count);
        _toBroker.Span[..count].CopyTo(buffer);
        _toBroker.Consume(count);
        if (count == 0)
        {
            return _isEnded ? IoStatus.Closed : IoStatus.WouldBlock;
        }

        // The next piece arrives. A receive that filled its buffer gets no event: the caller knows.
        if (count < buffer.Length && _toBroker.Count > 0)
        {
            Changed?.Invoke(this);
        }

        return IoStatus.Done;
    }

    // Called for each range of one send, which SendCalls counts once.
    internal int Take(ReadOnlySpan<byte> bytes)
    {
        int count = Math.Min(bytes.Length, _sendRoom);
        _fromBroker.Append(bytes[..count]);
        _sendRoom -= _sendRoom == int.MaxValue ? 0 : count;
        _isSendCutShort |= count < bytes.Length;
        return count;
    }

    internal IoStatus BeginSend()
    {
        SendCalls++;
        if (_isReset || IsEndedByBroker)
        {
            return IoStatus.Failed;
        }

        _isSendCutShort |= _sendRoom == 0;
        return _sendRoom == 0 ? IoStatus.WouldBlock : IoStatus.Done;
    }

    internal void OnSendEndedByBroker() => IsEndedByBroker = true;

    internal void OnClosedByBroker()
    {
        IsClosed = true;
        IsEndedByBroker = true;
        Changed = null;
    }
}
