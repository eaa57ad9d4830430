// Connections by source address: how many there are and how fast they come. An IPv6 address counts as its network of
// 64 bits, since whoever has one address there has them all. Used only by listeners with such a limit; any thread,
// under a lock that is held for one look into a table.
//
// Memory: an address with a connection has an entry, which the descriptors bound. One without is kept for the second
// that its rate is about; when there are too many of those (a flood from everywhere, which no limit by address stops)
// they are forgotten.

using System.Runtime.InteropServices;
using FastMqtt.Transport;

namespace FastMqtt.Broker.Dispatch;

internal sealed class AddressLimiter
{
    private const long Second = 1_000_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<PeerAddress, Entry> _entries = [];
    private int _idle;

    /// <summary>Addresses it remembers.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _entries.Count;
            }
        }
    }

    /// <param name="peer">Where the connection comes from.</param>
    /// <param name="connectionsMax">Connections at a time; 0: any number.</param>
    /// <param name="perSecondMax">Connections in a second; 0: any number.</param>
    /// <param name="nowMilliseconds">The broker's clock.</param>
    public Admission TryEnter(PeerAddress peer, int connectionsMax, int perSecondMax, long nowMilliseconds)
    {
        PeerAddress network = peer.ToNetwork();
        long now = nowMilliseconds * 1_000;
        lock (_gate)
        {
            ref Entry entry = ref CollectionsMarshal.GetValueRefOrAddDefault(_entries, network, out bool known);
            _idle += known ? 0 : 1;
            if (connectionsMax > 0 && entry.Connections >= connectionsMax)
            {
                return Admission.AddressFull;
            }

            if (perSecondMax > 0)
            {
                // Each connection takes its part of a second, and a second may be taken in advance.
                long takenUntil = Math.Max(entry.TakenUntil, now) + (Second / perSecondMax);
                if (takenUntil > now + Second)
                {
                    return Admission.AddressTooFast;
                }

                entry.TakenUntil = takenUntil;
            }

            _idle -= entry.Connections == 0 ? 1 : 0;
            entry.Connections++;
            ForgetIdle(now);
            return Admission.Admitted;
        }
    }

    public void Leave(PeerAddress peer)
    {
        PeerAddress network = peer.ToNetwork();
        lock (_gate)
        {
            ref Entry entry = ref CollectionsMarshal.GetValueRefOrNullRef(_entries, network);
            if (System.Runtime.CompilerServices.Unsafe.IsNullRef(ref entry) || --entry.Connections > 0)
            {
                return;
            }

            if (entry.TakenUntil == 0)
            {
                _entries.Remove(network);
            }
            else
            {
                _idle++; // its rate is about to be remembered
            }
        }
    }

    private void ForgetIdle(long now)
    {
        if (_idle <= Limits.IdleAddresses)
        {
            return;
        }

        // Removing while enumerating is allowed. Those of this second go too if there is no other way.
        foreach ((PeerAddress network, Entry entry) in _entries)
        {
            if (entry.Connections == 0 && entry.TakenUntil <= now)
            {
                _entries.Remove(network);
                _idle--;
            }
        }

        if (_idle <= Limits.IdleAddresses / 2)
        {
            return;
        }

        foreach ((PeerAddress network, Entry entry) in _entries)
        {
            if (entry.Connections == 0)
            {
                _entries.Remove(network);
            }
        }

        _idle = 0;
    }

    private struct Entry
    {
        public int Connections;

        /// <summary>Microseconds of the clock up to which the rate is used; 0: no rate.</summary>
        public long TakenUntil;
    }
}
