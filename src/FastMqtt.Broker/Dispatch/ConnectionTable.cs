// The connections of one dispatcher: accepting, reading, closing. A connection is known to the poller by slot and
// generation, so that an event for a connection closed earlier in the same tick, or for a reused slot, is recognised.
//
// Reading: one recv per ready connection and tick, so a loud publisher cannot starve the others; readiness is
// edge-triggered, so a connection whose recv filled the area is kept in a list and read again next tick.
// Not read: a client that does not read its own acknowledgements, and everyone while another dispatcher is far behind.

using FastMqtt.Broker.Diagnostics;
using FastMqtt.Broker.Sessions;
using FastMqtt.Protocol;
using FastMqtt.Transport;

namespace FastMqtt.Broker.Dispatch;

internal sealed class ConnectionTable(Dispatcher dispatcher)
{
    /// <summary>The token's top bit is the listeners'.</summary>
    private const uint GenerationMask = 0x7FFF_FFFF;

    private readonly ReceiveArea _area = new();
    private readonly ListenerTable _listeners = new(dispatcher);
    private readonly List<Client> _closing = [];
    private List<Client> _readable = [];
    private List<Client> _reading = [];
    private Slot[] _slots = new Slot[64];
    private int[] _freeSlots = new int[64];
    private int _freeCount;
    private int _used;
    private int _strangerBytes;

    public ListenerTable Listeners => _listeners;

    public bool HasReadable => _readable.Count > 0;

    public bool HasScheduled => _closing.Count > 0;

    /// <summary>Whether reading waits for another dispatcher to catch up.</summary>
    public bool HoldsBack { get; private set; }

    public int Count => _used - _freeCount;

    /// <summary>Connections in any state, by slot; null where a slot is free.</summary>
    public IEnumerable<Client> All()
    {
        for (int i = 0; i < _used; i++)
        {
            if (_slots[i].Client is { } client)
            {
                yield return client;
            }
        }
    }

    public void OnEvent(PollEvent ready)
    {
        if (ListenerTable.IsListener(ready.Token))
        {
            _listeners.Accept(ready.Token);
            return;
        }

        ref Slot slot = ref _slots[(int)(uint)ready.Token];
        if (slot.Client is not { } client || slot.Generation != (uint)(ready.Token >> 32))
        {
            return; // closed since the poller collected it
        }

        if ((ready.Flags & PollFlags.Writable) != 0 && client.IsBlocked)
        {
            client.IsBlocked = false;
            if (client.State == ClientState.Lingering)
            {
                FlushLingering(client);
            }
            else
            {
                dispatcher.MarkDirty(client, 0);
            }
        }

        if ((ready.Flags & ~PollFlags.Writable) != 0)
        {
            client.PeerClosed |= (ready.Flags & (PollFlags.PeerClosed | PollFlags.Error)) != 0;
            AddReadable(client);
        }
    }

    /// <summary>Reads every connection that is ready, once.</summary>
    public void ReadRemaining()
    {
        HoldsBack = dispatcher.Shared.Dispatchers.Length > 1 && dispatcher.Outboxes.AnyOverLimit();
        if (HoldsBack || _readable.Count == 0)
        {
            return;
        }

        (_readable, _reading) = (_reading, _readable);
        foreach (Client client in _reading)
        {
            client.IsReadable = false;
            Read(client);
            dispatcher.FlushIfMuchIsBuffered();
        }

        _reading.Clear();
    }

    /// <summary>A new socket, accepted or handed over.</summary>
    public Client? Add(Connection connection, bool allowAnonymous, long acceptedAt)
    {
        int index = _freeCount > 0 ? _freeSlots[--_freeCount] : _used++;
        if (index == _slots.Length)
        {
            Array.Resize(ref _slots, index * 2);
            Array.Resize(ref _freeSlots, index * 2);
        }

        ref Slot slot = ref _slots[index];
        slot.Generation = (slot.Generation + 1) & GenerationMask;
        connection.Token = ((ulong)slot.Generation << 32) | (uint)index;
        var client = new Client(connection, allowAnonymous, acceptedAt);
        slot.Client = client;
        if (!dispatcher.Poller.TryAdd(connection.Handle, connection.Token))
        {
            Forget(client);
            return null;
        }

        dispatcher.Timers.Arm(client, acceptedAt + (long)dispatcher.Options.ConnectTimeout.TotalMilliseconds);
        return client;
    }

    /// <summary>
    /// Moves a connection that has been answered nothing yet to the dispatcher that owns its session.
    /// </summary>
    public void HandOver(Client client, int target)
    {
        client.State = ClientState.Closed;
        dispatcher.Timers.Cancel(client);
        dispatcher.Poller.Remove(client.Connection.Handle);
        client.Connection.Consume(0, 0, dispatcher.Slabs); // the CONNECT and what follows it travel as kept bytes
        FreeSlot(client);
        dispatcher.Metrics.PacketsReceived--; // counted again where it is handled
        dispatcher.Shared.Dispatchers[target].Inbox.Post(
            new ConnectionHandover(client.Connection, client.AllowAnonymous, client.ConnectedAtMilliseconds));
    }

    public void TakeOver(Connection connection, bool allowAnonymous, long acceptedAt)
    {
        connection.MoveTo(dispatcher.Poller);
        if (dispatcher.IsDraining)
        {
            connection.Close(dispatcher.Slabs);
            return;
        }

        if (Add(connection, allowAnonymous, acceptedAt) is { } client)
        {
            HandleUnread(client, connection.Kept);
            AddReadable(client);
        }
    }

    /// <summary>To be closed at the end of this tick; nothing more it sends is handled.</summary>
    public void Close(Client client)
    {
        if (client.State is ClientState.AwaitingConnect or ClientState.Connected)
        {
            client.State = ClientState.Closing;
            _closing.Add(client);
        }
        else if (client.State == ClientState.Lingering)
        {
            Forget(client);
        }
    }

    public void CloseScheduled()
    {
        for (int i = 0; i < _closing.Count; i++)
        {
            Client client = _closing[i];
            if (client.State == ClientState.Closing)
            {
                dispatcher.Lifecycle.Detach(client);
                int pending = client.Connection.PendingBytes;
                if (client.Linger && client.Connection.Flush(dispatcher.Slabs) is IoStatus.Done or IoStatus.WouldBlock)
                {
                    BeginLinger(client, pending);
                }
                else
                {
                    Forget(client);
                }
            }
        }

        _closing.Clear();
    }

    /// <summary>
    /// The client has taken output: if reading it was paused for its answers and they are few now, go on.
    /// </summary>
    public void ResumeReading(Client client)
    {
        if (client.IsReadPaused && client.ReplyBytes <= Limits.ReadPauseBytes)
        {
            client.IsReadPaused = false;
            AddReadable(client);
        }
    }

    /// <summary>The broker stops: 5.0 clients are told 0x8B, everyone gets what is pending.</summary>
    public void DisconnectAll()
    {
        _listeners.CloseAll();
        foreach (Client client in All())
        {
            if (client.State == ClientState.Connected)
            {
                dispatcher.Packets.Disconnect(client, ReasonCode.ServerShuttingDown);
            }
            else
            {
                Close(client);
            }
        }
    }

    /// <summary>Closes every socket without ceremony; the broker has ended.</summary>
    public void CloseAll()
    {
        _listeners.CloseAll();
        foreach (Client client in All())
        {
            Forget(client);
        }
    }

    private void BeginLinger(Client client, int pendingBefore)
    {
        dispatcher.Metrics.BytesSent += pendingBefore - client.Connection.PendingBytes;
        client.State = ClientState.Lingering;
        client.IsBlocked = client.Connection.PendingBytes > 0;
        if (!client.IsBlocked)
        {
            client.Connection.ShutdownSend();
        }

        dispatcher.Timers.Cancel(client);
        dispatcher.Timers.Arm(client, dispatcher.Now + Limits.LingerTimeout);
        AddReadable(client);
    }

    private void FlushLingering(Client client)
    {
        int pending = client.Connection.PendingBytes;
        switch (client.Connection.Flush(dispatcher.Slabs))
        {
            case IoStatus.Done:
                client.Connection.ShutdownSend();
                break;
            case IoStatus.WouldBlock:
                client.IsBlocked = true;
                break;
            default:
                Forget(client);
                return;
        }

        dispatcher.Metrics.BytesSent += pending - client.Connection.PendingBytes;
    }

    private void AddReadable(Client client)
    {
        if (!client.IsReadable)
        {
            client.IsReadable = true;
            _readable.Add(client);
        }
    }

    private void Read(Client client)
    {
        if (client.State is ClientState.Closing or ClientState.Closed)
        {
            return;
        }

        if (client.ReplyBytes > Limits.ReadPauseBytes && client.State != ClientState.Lingering)
        {
            client.IsReadPaused = true; // it does not read its acknowledgements: they must not pile up here
            return;
        }

        int kept = client.Connection.KeptBytes;
        IoStatus status = client.Connection.Receive(
            _area, dispatcher.Slabs, out ReadOnlySpan<byte> unread, out bool filled);
        if (status == IoStatus.WouldBlock)
        {
            return;
        }

        if (status != IoStatus.Done)
        {
            Close(client);
            return;
        }

        dispatcher.Metrics.BytesReceived += unread.Length - kept;
        if (client.State == ClientState.Lingering)
        {
            Discard(client, unread.Length);
            return;
        }

        HandleUnread(client, unread);
        if (filled || client.PeerClosed)
        {
            AddReadable(client);
        }
    }

    private void HandleUnread(Client client, ReadOnlySpan<byte> unread)
    {
        client.LastReceivedMilliseconds = dispatcher.Now;
        int consumed = HandleFrames(client, unread, out int frameLength);
        if (client.State != ClientState.Closed)
        {
            // What follows the packet that ended the connection is not handled: it is thrown away.
            bool goesOn = client.State <= ClientState.Connected;
            client.Connection.Consume(goesOn ? consumed : unread.Length, frameLength, dispatcher.Slabs);
            CountStranger(client);
        }
    }

    // What connections without a session may make us keep, all together: the one that goes over it is closed.
    private void CountStranger(Client client)
    {
        int kept = client.State == ClientState.AwaitingConnect ? client.Connection.KeptBytes : 0;
        _strangerBytes += kept - client.StrangerBytes;
        client.StrangerBytes = kept;
        if (kept > 0 && _strangerBytes > Limits.StrangerBytes)
        {
            dispatcher.Packets.Reject(client, ReasonCode.QuotaExceeded);
        }
    }

    private void Discard(Client client, int bytes)
    {
        client.Connection.Consume(bytes, 0, dispatcher.Slabs);
        client.LingeredBytes += bytes;
        if (client.LingeredBytes > Limits.LingerBytes)
        {
            Forget(client);
            return;
        }

        AddReadable(client);
    }

    /// <summary>
    /// Handles every whole frame. Returns bytes consumed; frameLength is the size of a split one, if known.
    /// </summary>
    private int HandleFrames(Client client, ReadOnlySpan<byte> unread, out int frameLength)
    {
        int consumed = 0;
        frameLength = 0;
        while (client.State <= ClientState.Connected)
        {
            ReadOnlySpan<byte> rest = unread[consumed..];
            bool connected = client.State == ClientState.Connected;
            FrameResult result = FrameDecoder.TryRead(
                rest,
                connected ? dispatcher.Options.MaximumPacketSize : Limits.ConnectPacketBytes,
                out FixedHeader header,
                out ReasonCode error,
                connected ? client.Version : ProtocolVersion.Mqtt31); // until CONNECT says more, the most tolerant
            if (!connected && !rest.IsEmpty && rest[0] >> 4 != (int)PacketType.Connect)
            {
                dispatcher.Packets.Reject(client, ReasonCode.ProtocolError); // [MQTT-3.1.0-1] whole or not
                break;
            }

            if (result == FrameResult.Incomplete)
            {
                frameLength = header.TotalLength;
                break;
            }

            if (result == FrameResult.Malformed)
            {
                dispatcher.Packets.Reject(client, error);
                break;
            }

            if (connected)
            {
                consumed += dispatcher.Packets.Handle(client, header, rest);
            }
            else
            {
                dispatcher.Packets.HandleFirst(client, header, rest[header.HeaderLength..header.TotalLength]);
                consumed += header.TotalLength;
            }

            dispatcher.FlushIfMuchIsBuffered();
        }

        return consumed;
    }

    private void Forget(Client client)
    {
        if (client.State == ClientState.Closed)
        {
            return;
        }

        client.State = ClientState.Closed;
        dispatcher.Timers.Cancel(client);
        client.Connection.Close(dispatcher.Slabs);
        FreeSlot(client);
        _listeners.Resume();
    }

    private void FreeSlot(Client client)
    {
        int index = (int)(uint)client.Connection.Token;
        _strangerBytes -= client.StrangerBytes;
        _slots[index].Client = null;
        _freeSlots[_freeCount++] = index;
    }

    private struct Slot
    {
        public Client? Client;
        public uint Generation;
    }
}
