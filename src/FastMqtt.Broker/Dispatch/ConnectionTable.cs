// The connections of one dispatcher: from accept or hand-over to close. A connection is known to the poller by slot and
// generation, so that an event for a connection closed earlier in the same tick, or for a reused slot, is recognised.
// Closing is scheduled, and done at the end of the tick: no handler meets a connection that vanished under it.
// Reading is ConnectionReader's.

using FastMqtt.Broker.Access;
using FastMqtt.Broker.Diagnostics;
using FastMqtt.Broker.Sessions;
using FastMqtt.Protocol;
using FastMqtt.Transport;

namespace FastMqtt.Broker.Dispatch;

internal sealed class ConnectionTable(Dispatcher dispatcher)
{
    /// <summary>The token's top bit is the listeners'.</summary>
    private const uint GenerationMask = 0x7FFF_FFFF;

    /// <summary>
    /// Slots, 16 KiB of them, that are made at a time: growing never copies, and leaves no large array behind.
    /// </summary>
    private const int ChunkSlots = 1 << ChunkShift;
    private const int ChunkShift = 10;

    private const int NoSlot = -1;

    private readonly ListenerTable _listeners = new(dispatcher);
    private readonly Queue<Client> _closing = [];
    private Slot[][] _chunks = [];
    private int _firstFree = NoSlot;
    private int _used;

    public ListenerTable Listeners => _listeners;

    public bool HasScheduled => _closing.Count > 0;

    public int Count { get; private set; }

    /// <summary>Connections that have come or gone, ever.</summary>
    public long Changes { get; private set; }

    /// <summary>Connections in any state, by slot; null where a slot is free.</summary>
    public IEnumerable<Client> All()
    {
        for (int i = 0; i < _used; i++)
        {
            if (SlotAt(i).Client is { } client)
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

        ref Slot slot = ref SlotAt((int)(uint)ready.Token);
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
            else if (client.State == ClientState.Handshaking)
            {
                dispatcher.Reader.Add(client);
            }
            else
            {
                dispatcher.MarkDirty(client, 0);
            }
        }

        if ((ready.Flags & ~PollFlags.Writable) != 0)
        {
            client.PeerClosed |= (ready.Flags & (PollFlags.PeerClosed | PollFlags.Error)) != 0;
            if (client.IsAsking && (ready.Flags & PollFlags.Error) != 0)
            {
                Close(client); // it is not read, so nothing else would tell: nobody waits for the answer any more
                return;
            }

            dispatcher.Reader.Add(client);
        }
    }

    /// <summary>
    /// A new connection, accepted, attached or handed over. What its listener has counted for it leaves when it is
    /// closed, or now if it cannot be watched.
    /// </summary>
    public Client? Add(
        Connection connection,
        Listener listener,
        long acceptedAt,
        bool isCounted = false,
        bool isAddressCounted = false)
    {
        int index = TakeSlot();
        ref Slot slot = ref SlotAt(index);
        slot.Generation = (slot.Generation + 1) & GenerationMask;
        connection.Token = ((ulong)slot.Generation << 32) | (uint)index;
        var client = new Client(connection, listener, acceptedAt)
        {
            IsCounted = isCounted,
            IsAddressCounted = isAddressCounted,
        };
        slot.Client = client;
        if (!TryRegister(connection))
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
        long acceptedAt = client.DueMilliseconds - (long)dispatcher.Options.ConnectTimeout.TotalMilliseconds;
        client.State = ClientState.Closed;
        dispatcher.Timers.Cancel(client);
        Unregister(client.Connection);
        client.Connection.Consume(0, 0, dispatcher.Slabs); // the CONNECT and what follows it travel as kept bytes
        FreeSlot(client);
        dispatcher.Metrics.PacketsReceived--; // counted again where it is handled
        dispatcher.Shared.Dispatchers[target].Inbox.Post(
            new ConnectionHandover(
                client.Connection,
                client.Listener,
                acceptedAt,
                client.IsCounted,
                client.IsAddressCounted,
                client.Authentication));
    }

    public void TakeOver(
        Connection connection,
        Listener listener,
        long acceptedAt,
        bool isCounted,
        bool isAddressCounted,
        Authentication? authentication = null)
    {
        connection.MoveTo(dispatcher.Poller);
        if (dispatcher.IsDraining)
        {
            connection.Close(dispatcher.Slabs); // nobody comes in any more: what is counted does not matter
            return;
        }

        if (Add(connection, listener, acceptedAt, isCounted, isAddressCounted) is { } client)
        {
            if (listener.IsEnded)
            {
                Close(client); // its listener was removed, with its clients, while it was on its way
                return;
            }

            client.Authentication = authentication;
            dispatcher.Reader.HandleUnread(client, connection.Kept);
            dispatcher.Reader.Add(client);
        }
    }

    /// <summary>To be closed at the end of this tick; nothing more it sends is handled.</summary>
    public void Close(Client client)
    {
        if (client.State <= ClientState.Connected)
        {
            client.Authentication?.Task?.Cancel();
            client.State = ClientState.Closing;
            _closing.Enqueue(client);
        }
        else if (client.State == ClientState.Lingering)
        {
            Forget(client);
        }
    }

    /// <summary>
    /// Closes so many at the most, in the order they were scheduled; the rest are closed in the next ticks, and until
    /// then nothing they send is handled.
    /// </summary>
    /// <returns>How many there were.</returns>
    public int CloseScheduled(int most)
    {
        int count = 0;
        for (; count < most && _closing.Count > 0; count++)
        {
            Client client = _closing.Dequeue();
            if (client.State == ClientState.Closing)
            {
                dispatcher.Lifecycle.Detach(client);
                int pending = client.Connection.PendingBytes;
                if (client.Linger)
                {
                    dispatcher.Tracer?.Sending(client);
                }

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

        return count;
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
            else if (client.State < ClientState.Connected)
            {
                Close(client); // one that lingers has been told, and has its own time-out
            }
        }
    }

    /// <summary>
    /// Accepts no more from a listener that is removed. With a reason its clients are disconnected too.
    /// </summary>
    public void Remove(Listener listener, ReasonCode? reason)
    {
        _listeners.Remove(listener);
        if (reason is not { } told)
        {
            return;
        }

        foreach (Client client in All())
        {
            if (client.Listener == listener && client.State == ClientState.Connected)
            {
                dispatcher.Packets.Disconnect(client, told);
            }
            else if (client.Listener == listener && client.State < ClientState.Connected)
            {
                Close(client);
            }
        }
    }

    /// <summary>Listeners may have rules now that had none: they hold for who is connected, too.</summary>
    public void ApplyRules()
    {
        foreach (Client client in All())
        {
            if (client is { State: ClientState.Connected, Session: { Access: null } session })
            {
                ClientIdentity identity = session.Owner?.Identity ?? ClientIdentity.Anonymous;
                session.Owner = Login.OwnerOf(client, session, identity);
            }
        }
    }

    /// <summary>Closes every socket without ceremony; the broker has ended.</summary>
    public void CloseAll()
    {
        _listeners.CloseAll();
        foreach (Client client in All())
        {
            if (client.Session is not null)
            {
                dispatcher.Hooks?.Disconnected(client);
            }

            Forget(client);
        }
    }

    /// <summary>Closes the socket at once; what it held is free.</summary>
    public void Forget(Client client)
    {
        if (client.State == ClientState.Closed)
        {
            return;
        }

        client.Authentication?.Task?.Cancel();
        client.State = ClientState.Closed;
        dispatcher.Timers.Cancel(client);
        dispatcher.Tracer?.Forget(client);
        client.Connection.Close(dispatcher.Slabs);
        Leave(client);
        FreeSlot(client);
        _listeners.Resume();
    }

    // From here on readiness is reported by the connection's token: by the poller, or by a stream without descriptor.
    private bool TryRegister(Connection connection)
    {
        if (connection.Stream is AttachedStream attached)
        {
            attached.Register(dispatcher, connection.Token);
            return true;
        }

        return dispatcher.Poller.TryAdd(connection.Handle, connection.Token);
    }

    private void Unregister(Connection connection)
    {
        if (connection.Stream is AttachedStream attached)
        {
            attached.Unregister();
        }
        else
        {
            dispatcher.Poller.Remove(connection.Handle);
        }
    }

    private void BeginLinger(Client client, int pendingBefore)
    {
        CountSent(client, pendingBefore);
        client.State = ClientState.Lingering;
        client.IsBlocked = client.Connection.PendingBytes > 0;
        if (!client.IsBlocked)
        {
            client.Connection.ShutdownSend();
        }

        dispatcher.Timers.Cancel(client);
        dispatcher.Timers.Arm(client, dispatcher.Now + Limits.LingerTimeout);
        dispatcher.Reader.Add(client);
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

        CountSent(client, pending);
    }

    private void CountSent(Client client, int pendingBefore)
    {
        int sent = pendingBefore - client.Connection.PendingBytes;
        dispatcher.Metrics.BytesSent += sent;
        client.BytesSent += sent;
    }

    private void Leave(Client client)
    {
        if (client.IsCounted)
        {
            client.Listener.Leave(dispatcher.Shared);
        }

        if (client.IsAddressCounted)
        {
            client.Listener.LeaveAddress(client.Connection.Peer);
        }
    }

    private void FreeSlot(Client client)
    {
        int index = (int)(uint)client.Connection.Token;
        dispatcher.Reader.ForgetStranger(client);
        ref Slot slot = ref SlotAt(index);
        slot.Client = null;
        slot.NextFree = _firstFree;
        _firstFree = index;
        Count--;
        Changes++;
    }

    private ref Slot SlotAt(int index) => ref _chunks[index >> ChunkShift][index & (ChunkSlots - 1)];

    private int TakeSlot()
    {
        Count++;
        Changes++;
        if (_firstFree != NoSlot)
        {
            int index = _firstFree;
            _firstFree = SlotAt(index).NextFree;
            return index;
        }

        if (_used == _chunks.Length << ChunkShift)
        {
            _chunks = [.. _chunks, new Slot[ChunkSlots]];
        }

        return _used++;
    }

    private struct Slot
    {
        public Client? Client;
        public uint Generation;

        /// <summary>The next free slot behind this one, while it is free.</summary>
        public int NextFree;
    }
}
