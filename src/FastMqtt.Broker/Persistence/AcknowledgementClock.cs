// How long a session takes to acknowledge what it is sent, by one message after the other. Decides whether it is worth
// while to keep a message back from the disk for a moment: of a client that answers at once nothing is written at all;
// a client far away should not make its publishers wait for the moment and then for the disk.

namespace FastMqtt.Broker.Persistence;

internal struct AcknowledgementClock
{
    private long _sequence;
    private long _since;
    private bool _isSlow;

    /// <summary>Whether a message that is sent now is likely to be acknowledged in time.</summary>
    /// <param name="now">In the broker's milliseconds, as everywhere here.</param>
    public readonly bool IsPrompt(long now) => !_isSlow && (_sequence == 0 || IsInTime(now));

    /// <summary>A message is sent.</summary>
    public void Sent(long sequence, long now)
    {
        if (_sequence == 0)
        {
            _sequence = sequence;
            _since = now;
        }
    }

    /// <summary>A message is over.</summary>
    public void Done(long sequence, long now)
    {
        if (_sequence == sequence)
        {
            _sequence = 0;
            _isSlow = !IsInTime(now);
        }
    }

    private readonly bool IsInTime(long now) => now - _since < Limits.AcknowledgementGrace;
}
