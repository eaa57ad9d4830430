// Asks every dispatcher for a sign of life, and knows who still owes one: a dispatcher that hangs does not empty its
// inbox. Asked from the host's thread, answered on the dispatchers'.

namespace FastMqtt.Broker.Dispatch;

internal sealed class DispatcherProbe(Dispatcher[] dispatchers)
{
    private int _owing;

    /// <summary>Whether all have answered the question before this one; then they are asked again.</summary>
    public bool Ask()
    {
        if (Volatile.Read(ref _owing) > 0)
        {
            return false;
        }

        Volatile.Write(ref _owing, dispatchers.Length);
        foreach (Dispatcher dispatcher in dispatchers)
        {
            dispatcher.Inbox.Post(new Command(_ => Interlocked.Decrement(ref _owing)));
        }

        return true;
    }
}
