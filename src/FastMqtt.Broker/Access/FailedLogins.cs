// Addresses that logins failed from: the more, the longer the next one from there waits before it is looked at. That
// is what guessing meets: at the limit a guess takes as long as the delay, however many connections it uses would each
// wait the same. Fades by itself. Shared by all dispatchers, touched once per login. Bounded: when it is full, the
// address that failed longest ago makes room.

using System.Net;

namespace FastMqtt.Broker.Access;

internal sealed class FailedLogins(TimeProvider time)
{
    /// <summary>Addresses remembered: some 100 bytes each.</summary>
    public const int AddressesMax = 10_000;

    /// <summary>Failures that cost nothing: people mistype.</summary>
    public const int FreeFailures = 3;

    /// <summary>Delay of the first login that waits; each further failure doubles it.</summary>
    public static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(125);

    /// <summary>Time in which one failure is forgotten.</summary>
    public static readonly TimeSpan FadeTime = TimeSpan.FromSeconds(10);

    private const int FailuresMax = 16;

    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, Entry> _entries = [];

    /// <summary>How long a login from the address must wait.</summary>
    public TimeSpan DelayOf(IPAddress? address, TimeSpan delayMax)
    {
        if (address is null || delayMax <= TimeSpan.Zero)
        {
            return TimeSpan.Zero; // a local socket: whoever may open it may do worse
        }

        lock (_gate)
        {
            int failures = _entries.TryGetValue(address, out Entry entry) ? Faded(entry) : 0;
            if (failures <= FreeFailures)
            {
                return TimeSpan.Zero;
            }

            TimeSpan delay = FirstDelay * (1 << (failures - FreeFailures - 1));
            return delay < delayMax ? delay : delayMax;
        }
    }

    public void Add(IPAddress? address)
    {
        if (address is null)
        {
            return;
        }

        lock (_gate)
        {
            int failures = _entries.TryGetValue(address, out Entry entry) ? Faded(entry) : 0;
            if (failures == 0 && _entries.Count >= AddressesMax)
            {
                MakeRoom();
            }

            _entries[address] = new Entry(Math.Min(failures + 1, FailuresMax), time.GetTimestamp());
        }
    }

    private int Faded(Entry entry) =>
        Math.Max(entry.Failures - (int)(time.GetElapsedTime(entry.At) / FadeTime), 0);

    private void MakeRoom()
    {
        IPAddress? oldest = null;
        long oldestAt = long.MaxValue;
        foreach ((IPAddress address, Entry entry) in _entries)
        {
            if (entry.At < oldestAt)
            {
                oldestAt = entry.At;
                oldest = address;
            }
        }

        if (oldest is not null)
        {
            _entries.Remove(oldest);
        }
    }

    private readonly record struct Entry(int Failures, long At);
}
