// Listening sockets of one dispatcher. Every dispatcher registers every listener (exclusively: one of them is woken per
// connection) and accepts in a bounded batch. When the process runs out of descriptors the listeners leave the poller,
// since a level-triggered listener would spin, and come back when a connection closes or after a pause. A listener that
// is removed leaves a free place, because the places of the others are what the poller knows them by.

using FastMqtt.Broker.Diagnostics;
using FastMqtt.Broker.Sessions;
using FastMqtt.Transport;

namespace FastMqtt.Broker.Dispatch;

internal sealed class ListenerTable(Dispatcher dispatcher) : Timed
{
    private const ulong ListenerBit = 1UL << 63;

    /// <summary>Milliseconds between two warnings about descriptors.</summary>
    private const long WarningInterval = 60_000;

    private readonly List<Entry> _listeners = [];
    private bool _paused;
    private long _warnedAt = -WarningInterval;
    private long _turnedAwayLoggedAt = -Limits.TurnedAwayInterval;
    private int _turnedAway;

    public static bool IsListener(ulong token) => (token & ListenerBit) != 0;

    public void Add(int handle, Listener listener)
    {
        if (dispatcher.IsDraining)
        {
            return; // the broker ends, and closes its sockets
        }

        int index = _listeners.FindIndex(static entry => entry.Listener is null);
        if (index < 0)
        {
            index = _listeners.Count;
            _listeners.Add(default);
        }

        _listeners[index] = new Entry(handle, listener);
        if (!_paused)
        {
            dispatcher.Poller.TryAddListener(handle, ListenerBit | (uint)index);
        }
    }

    /// <summary>No more connections of one listener, whose places are free for others.</summary>
    public void Remove(Listener listener)
    {
        for (int i = 0; i < _listeners.Count; i++)
        {
            if (_listeners[i].Listener == listener)
            {
                if (!_paused)
                {
                    dispatcher.Poller.Remove(_listeners[i].Handle);
                }

                _listeners[i] = default;
            }
        }
    }

    public void Accept(ulong token)
    {
        Entry entry = _listeners[(int)(uint)token];
        for (int i = 0; i < Limits.AcceptBatch && !_paused && entry.Listener is not null; i++)
        {
            switch (dispatcher.Poller.Accept(entry.Handle, out int handle, out PeerAddress peer))
            {
                case IoStatus.Done:
                    dispatcher.Metrics.SocketsOpened++;
                    Enter(entry.Listener, handle, peer);
                    break;
                case IoStatus.Exhausted:
                    Pause();
                    return;
                case IoStatus.Failed:
                    Pause(); // of no known cause; a level-triggered listener would spin on it
                    return;
                default:
                    return;
            }
        }
    }

    /// <summary>A connection that a limit closes: counted, and logged now and then.</summary>
    public void TurnAway(Listener listener, PeerAddress peer, Admission reason)
    {
        dispatcher.Metrics.ConnectionsTurnedAway++;
        _turnedAway++;
        if (dispatcher.Now - _turnedAwayLoggedAt >= Limits.TurnedAwayInterval)
        {
            _turnedAwayLoggedAt = dispatcher.Now;
            dispatcher.Shared.Log.TurnedAway(_turnedAway, peer, listener.Name, reason);
            _turnedAway = 0;
        }
    }

    /// <summary>A descriptor has become free.</summary>
    public void Resume()
    {
        if (!_paused)
        {
            return;
        }

        _paused = false;
        dispatcher.Timers.Cancel(this);
        for (int i = 0; i < _listeners.Count; i++)
        {
            if (_listeners[i].Listener is not null
                && !dispatcher.Poller.TryAddListener(_listeners[i].Handle, ListenerBit | (uint)i))
            {
                Pause(); // the system has no room for it either: tried again, or nobody could connect any more
                return;
            }
        }
    }

    public override void OnDue(Dispatcher dispatcher) => Resume();

    /// <summary>No more connections. The host closes the sockets after every dispatcher let go of them.</summary>
    public void CloseAll()
    {
        foreach (Entry entry in _listeners)
        {
            if (!_paused && entry.Listener is not null)
            {
                dispatcher.Poller.Remove(entry.Handle);
            }
        }

        dispatcher.Timers.Cancel(this);
        _paused = false;
        _listeners.Clear();
    }

    // Closed before anything is read of it or made for it, if a limit says so.
    private void Enter(Listener listener, int handle, PeerAddress peer)
    {
        bool isAddressCounted = false;
        Admission admission = Admit(listener, peer, ref isAddressCounted);
        if (admission != Admission.Admitted)
        {
            dispatcher.Poller.Close(handle);
            TurnAway(listener, peer, admission);
            return;
        }

        var connection = new Connection(dispatcher.Poller, handle, peer);
        if (dispatcher.Connections.Add(connection, listener, dispatcher.Now, true, isAddressCounted) is not { } client)
        {
            dispatcher.Shared.Log.CannotPoll(peer.ToString());
        }
        else if (listener.Options.ProxyProtocol)
        {
            client.State = ClientState.AwaitingProxyHeader; // in clear, also before TLS
        }
        else if (listener.Tls is not null)
        {
            dispatcher.Handshakes.TryBegin(client);
        }
    }

    /// <summary>Whether a connection may come in; if so it is counted.</summary>
    public Admission Admit(Listener listener, PeerAddress peer, ref bool isAddressCounted)
    {
        ListenerOptions options = listener.Options;
        if (options.ProxyProtocol && !ProxyGate.Trusts(listener, peer))
        {
            return Admission.NotTrusted;
        }

        Admission admission = listener.TryEnter(dispatcher.Shared);
        if (admission != Admission.Admitted || options.ProxyProtocol)
        {
            return admission; // a proxy's connections are its clients': their addresses are counted by ProxyGate
        }

        admission = listener.TryEnterAddress(peer, dispatcher.Now, out isAddressCounted);
        if (admission != Admission.Admitted)
        {
            listener.Leave(dispatcher.Shared);
        }

        return admission;
    }

    private void Pause()
    {
        if (dispatcher.Now - _warnedAt >= WarningInterval)
        {
            _warnedAt = dispatcher.Now;
            dispatcher.Shared.Log.OutOfDescriptors();
        }

        _paused = true;
        foreach (Entry entry in _listeners)
        {
            if (entry.Listener is not null)
            {
                dispatcher.Poller.Remove(entry.Handle);
            }
        }

        dispatcher.Timers.Arm(this, dispatcher.Now + Limits.AcceptPause);
    }

    // Without a listener: a free place.
    private readonly record struct Entry(int Handle, Listener? Listener);
}
