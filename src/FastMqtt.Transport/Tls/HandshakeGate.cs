// How many TLS handshakes may be under way at a time, for all listeners of a broker. From any thread.

using System.Threading;

namespace FastMqtt.Transport.Tls;

internal sealed class HandshakeGate(int countMax)
{
    private int _count;

    public int Count => Volatile.Read(ref _count);

    /// <summary>Takes a place, which the stream it is given to leaves when its handshake is over.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _count) <= countMax)
        {
            return true;
        }

        Interlocked.Decrement(ref _count);
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref _count);
}
