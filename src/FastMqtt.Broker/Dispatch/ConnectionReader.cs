// Reads the connections of one dispatcher and hands their packets on.
//
// One recv per ready connection and tick, so a loud publisher cannot starve the others. Many loud ones can make a tick
// long: those that sent much the last time stand in a line, and a tick serves as many of them as fit into a slice of
// time, after everybody else. When many begin at once, those behind them wait for the next tick. Readiness is
// edge-triggered, so a connection whose recv filled the area is kept in a list and read again next tick. Not read: a
// client that does not read its own acknowledgements, one whose messages are on a walk, one that gives work to a disk
// that is far behind, and everyone while another dispatcher is far behind.

using System.Runtime.InteropServices;
using FastMqtt.Broker.Sessions;
using FastMqtt.Protocol;
using FastMqtt.Transport;

namespace FastMqtt.Broker.Dispatch;

internal sealed class ConnectionReader(Dispatcher dispatcher)
{
    private readonly ReceiveArea _area = new();
    private readonly ProxyGate _proxy = new(dispatcher);
    private readonly Queue<Client> _loud = new();
    private List<Client> _readable = [];
    private List<Client> _reading = [];
    private readonly List<Client> _waitForDisk = [];
    private int _strangerBytes;

    public bool HasReadable => _readable.Count + _loud.Count > 0;

    /// <summary>Whether reading waits for another dispatcher to catch up.</summary>
    public bool HoldsBack { get; private set; }

    /// <summary>Whether clients wait until the disk has caught up: they are looked at every millisecond.</summary>
    public bool WaitsForDisk => _waitForDisk.Count > 0;

    /// <summary>Reads every connection that is ready, once; of the loud ones as many as fit into the slice.</summary>
    public void ReadReady()
    {
        if (WaitsForDisk && !dispatcher.Shared.Writer!.IsBehind)
        {
            GoOnWithDisk();
        }

        HoldsBack = dispatcher.Shared.Dispatchers.Length > 1 && dispatcher.Outboxes.AnyOverLimit();
        if (HoldsBack || !HasReadable)
        {
            return;
        }

        int loud = _loud.Count; // who joins them now was read in this tick
        (_readable, _reading) = (_reading, _readable);
        int read = 0;
        long until = 0;
        while (read < _reading.Count)
        {
            Client client = _reading[read++];
            ReadOnce(client);
            if ((client.LastInput & InputKind.Loud) != 0 && IsOver(ref until))
            {
                break; // many have become loud at once: who is left comes first in the next tick
            }
        }

        _readable.InsertRange(0, CollectionsMarshal.AsSpan(_reading)[read..]);
        _reading.Clear();
        for (; loud > 0; loud--)
        {
            ReadOnce(_loud.Dequeue());
            if (IsOver(ref until))
            {
                break;
            }
        }
    }

    // Whether the slice of the loud ones is over; it begins with the first of them.
    private bool IsOver(ref long until)
    {
        long now = dispatcher.Shared.Timestamp();
        until = until == 0 ? now + dispatcher.Slice : until;
        return now >= until;
    }

    /// <summary>The connection may have something to read: it is read in this tick or the next.</summary>
    public void Add(Client client)
    {
        if (!client.IsReadable)
        {
            client.IsReadable = true;
            if ((client.LastInput & InputKind.Loud) != 0)
            {
                _loud.Enqueue(client);
            }
            else
            {
                _readable.Add(client);
            }
        }
    }

    /// <summary>The client has taken output: if reading paused for its answers and they are few now, go on.</summary>
    public void ResumeReading(Client client)
    {
        if (client.ReadPause == ReadPause.Replies && client.ReplyBytes <= Limits.ReadPauseBytes)
        {
            client.ReadPause = ReadPause.None;
            Add(client);
        }
    }

    /// <summary>Handles what was received, and keeps what is not a whole frame.</summary>
    public void HandleUnread(Client client, ReadOnlySpan<byte> unread)
    {
        client.LastReceivedMilliseconds = dispatcher.Now;
        dispatcher.Walks.Reading = client;
        long before = dispatcher.Journal?.Work ?? 0;
        int consumed = HandleFrames(client, unread, out int frameLength);
        bool isStored = dispatcher.Journal is { } journal && journal.Work != before;
        client.LastInput = (client.LastInput & ~InputKind.Stored) | (isStored ? InputKind.Stored : 0);
        dispatcher.Walks.Reading = null;
        if (client.State != ClientState.Closed)
        {
            // What follows the packet that ended the connection is not handled: it is thrown away.
            bool goesOn = client.State <= ClientState.Connected;
            client.Connection.Consume(goesOn ? consumed : unread.Length, frameLength, dispatcher.Slabs);
            CountStranger(client);
        }
    }

    /// <summary>A connection goes: what it made us keep is free.</summary>
    public void ForgetStranger(Client client) => _strangerBytes -= client.StrangerBytes;

    private void ReadOnce(Client client)
    {
        client.IsReadable = false;
        Read(client);
        dispatcher.FlushIfMuchIsBuffered();
    }

    private void Read(Client client)
    {
        if (client.State == ClientState.AwaitingProxyHeader && !_proxy.TryPass(client))
        {
            return;
        }

        if (client.State is ClientState.Handshaking or ClientState.Closing or ClientState.Closed)
        {
            Handshakes.Continue(client);
            return;
        }

        if ((client.IsAsking && client.State < ClientState.Closing)
            || (client.Walks > 0 && client.State == ClientState.Connected))
        {
            return; // added again when the answer is there, when they are done
        }

        if (client.ReplyBytes > Limits.ReadPauseBytes && client.State != ClientState.Lingering)
        {
            client.ReadPause = ReadPause.Replies; // it does not read its acknowledgements: they must not pile up here
            return;
        }

        if (((client.LastInput & InputKind.Stored) != 0 || client.Held is { IsHolding: true })
            && client.State == ClientState.Connected
            && dispatcher.Shared.Writer!.IsBehind)
        {
            WaitForDisk(client);
            return;
        }

        if (client.HasUnhandled && client.State <= ClientState.Connected)
        {
            client.HasUnhandled = false;
            HandleUnread(client, client.Connection.Kept);
            if (client.HasUnhandled || client.IsAsking || client.State > ClientState.Connected)
            {
                return;
            }
        }

        Receive(client);
    }

    private void WaitForDisk(Client client)
    {
        if (client.ReadPause != ReadPause.Disk)
        {
            client.ReadPause = ReadPause.Disk;
            _waitForDisk.Add(client);
        }
    }

    private void GoOnWithDisk()
    {
        foreach (Client client in _waitForDisk)
        {
            client.ReadPause = ReadPause.None;
            if (client.State != ClientState.Closed)
            {
                Add(client);
            }
        }

        _waitForDisk.Clear();
    }

    private void Receive(Client client)
    {
        int kept = client.Connection.KeptBytes;
        IoStatus status = client.Connection.Receive(
            _area, dispatcher.Slabs, out ReadOnlySpan<byte> unread, out bool filled);
        if (status == IoStatus.WouldBlock)
        {
            return;
        }

        if (status != IoStatus.Done)
        {
            dispatcher.Connections.Close(client);
            return;
        }

        bool isLoud = unread.Length - kept >= Limits.LoudBytes;
        client.LastInput = (client.LastInput & ~InputKind.Loud) | (isLoud ? InputKind.Loud : 0);
        dispatcher.Metrics.BytesReceived += unread.Length - kept;
        client.BytesReceived += unread.Length - kept;
        if (client.State == ClientState.Lingering)
        {
            Discard(client, unread.Length);
            return;
        }

        HandleUnread(client, unread);
        if (filled || client.PeerClosed)
        {
            Add(client);
        }
    }

    // What connections without a session may make us keep, all together: the one that goes over it is closed.
    private void CountStranger(Client client)
    {
        int kept = client.State < ClientState.Connected ? client.Connection.KeptBytes : 0;
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
            dispatcher.Connections.Forget(client);
            return;
        }

        Add(client);
    }

    /// <summary>
    /// Handles every whole frame. Returns bytes consumed; frameLength is the size of a split one, if known.
    /// </summary>
    private int HandleFrames(Client client, ReadOnlySpan<byte> unread, out int frameLength)
    {
        int consumed = 0;
        int foreseen = 0;
        frameLength = 0;
        while (client.State <= ClientState.Connected)
        {
            ReadOnlySpan<byte> rest = unread[consumed..];
            if (client.IsAsking || (client.Walks > 0 && !dispatcher.Walks.MayJoin(client, rest)))
            {
                client.HasUnhandled = !rest.IsEmpty;
                break;
            }

            if (!TryReadFrame(client, rest, out FixedHeader header))
            {
                frameLength = header.TotalLength;
                break;
            }

            if (client.State == ClientState.Connected)
            {
                if (consumed >= foreseen)
                {
                    foreseen = consumed + dispatcher.Foresight.LookAhead(
                        rest, dispatcher.Options.MaximumPacketSize, client.Version);
                }

                ReadOnlySpan<byte> packets = dispatcher.Tracer is { } tracer
                    ? tracer.Received(client, header, rest)
                    : rest;
                consumed += dispatcher.Packets.Handle(client, header, packets);
            }
            else
            {
                int handled = dispatcher.Packets.HandleFirst(client, header, rest);
                if (handled > 0)
                {
                    dispatcher.Tracer?.Connect(client, header, rest[header.HeaderLength..handled]);
                }

                consumed += handled;
            }

            dispatcher.FlushIfMuchIsBuffered();
        }

        return consumed;
    }

    // A whole frame. False: not yet, and the header says what is known of its length; or it is wrong and rejected.
    private bool TryReadFrame(Client client, ReadOnlySpan<byte> rest, out FixedHeader header)
    {
        FrameResult result = FrameDecoder.TryRead(
            rest,
            client.State == ClientState.Connected
                ? client.PacketSizeMaximum(dispatcher.Options)
                : Limits.ConnectPacketBytes,
            out header,
            out ReasonCode error,
            client.State > ClientState.AwaitingConnect
                ? client.Version
                : ProtocolVersion.Mqtt31); // until CONNECT says more, the most tolerant
        if (client.State == ClientState.AwaitingConnect
            && !rest.IsEmpty
            && rest[0] >> 4 != (int)PacketType.Connect)
        {
            dispatcher.Packets.Reject(client, ReasonCode.ProtocolError); // [MQTT-3.1.0-1] whole or not
            return false;
        }

        if (result == FrameResult.Malformed)
        {
            dispatcher.Packets.Reject(client, error);
        }

        return result == FrameResult.Complete;
    }
}
