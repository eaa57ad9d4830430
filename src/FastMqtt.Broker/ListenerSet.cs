// The listeners of a broker: opened one at a time (names and files may take their time), found by name, closed with the
// broker. The array is replaced as a whole under the gate; readers on any thread see one version of it. Whoever opens
// holds _opening, then for a moment _gate; nobody takes them in the other order.

using System.Net;
using FastMqtt.Broker.Dispatch;
using FastMqtt.Transport;

namespace FastMqtt.Broker;

internal sealed class ListenerSet(BrokerState state, ISockets kind)
{
    private readonly Lock _opening = new();
    private readonly Lock _gate = new();
    private volatile BrokerListener[] _all = [];
    private bool _isClosed;

    public BrokerListener[] All => _all;

    public IReadOnlyList<EndPoint> EndPoints
    {
        get
        {
            var bound = new List<EndPoint>();
            foreach (BrokerListener listener in _all)
            {
                bound.AddRange(listener.Sockets.EndPoints);
            }

            return bound;
        }
    }

    /// <summary>Binds a listener; no dispatcher accepts from it yet.</summary>
    public BrokerListener Open(ListenerOptions options, CancellationToken cancellationToken)
    {
        lock (_opening)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var opened = new BrokerListener(new Listener(options), kind);
            try
            {
                opened.Sockets.Open(opened.Listener, state.Options.NoDelay, cancellationToken);
                Add(opened);
            }
            catch
            {
                opened.Sockets.Close();
                throw;
            }

            if (opened.Listener.Tls is not null)
            {
                state.Handshakes.Start();
                state.TlsFiles.Add(opened.Listener);
            }

            return opened;
        }
    }

    /// <summary>
    /// Takes a listener out; the caller closes its sockets. False: it is not, or no longer, in here, or all are closed.
    /// </summary>
    public bool TryTake(BrokerListener listener)
    {
        lock (_gate)
        {
            BrokerListener[] left = Array.FindAll(_all, one => one != listener);
            if (left.Length == _all.Length || _isClosed)
            {
                return false; // closed once: its descriptors may be somebody else's by now
            }

            _all = left;
        }

        state.TlsFiles.Remove(listener.Listener);
        return true;
    }

    /// <summary>After the dispatchers have let go of all of them. None can be opened any more.</summary>
    public void CloseAll()
    {
        lock (_gate)
        {
            _isClosed = true;
            foreach (BrokerListener listener in _all)
            {
                listener.Sockets.Close();
            }
        }
    }

    public Listener? Find(string name) => Array.Find(_all, one => one.Name == name)?.Listener;

    public void SetNoDelay(bool noDelay)
    {
        lock (_gate)
        {
            foreach (BrokerListener listener in _isClosed ? [] : _all)
            {
                listener.Sockets.SetNoDelay(noDelay);
            }
        }
    }

    /// <summary>Gives the listeners that run other options; returns the options whose listener does not run.</summary>
    public List<ListenerOptions> Replace(IList<ListenerOptions> listeners)
    {
        var missing = new List<ListenerOptions>();
        var taken = new HashSet<BrokerListener>();
        foreach (ListenerOptions options in listeners)
        {
            // Port 0 is the same address for every listener that has it: the first free one is meant.
            BrokerListener? running = Array.Find(_all, one => IsSameAddress(one.Listener.Options, options)
                && !taken.Contains(one));
            if (running is null)
            {
                missing.Add(options);
            }
            else
            {
                running.Listener.Options = options;
                taken.Add(running);
            }
        }

        return missing;
    }

    private static bool IsSameAddress(ListenerOptions a, ListenerOptions b) =>
        Equals(a.EndPoint, b.EndPoint)
        && a.HostName == b.HostName
        && a.UnixSocketPath == b.UnixSocketPath
        && a.BindInterface == b.BindInterface
        && a.IsAttached == b.IsAttached;

    private void Add(BrokerListener opened)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosed, typeof(MqttBroker));
            _all = [.. _all, opened];
        }
    }
}
