// What one dispatcher (or the host) asks of another: always a batch or a rare command, never one message. Run on the
// dispatcher whose inbox it was posted to.

namespace FastMqtt.Broker.Dispatch;

internal abstract class InboxItem
{
    /// <summary>Bytes it counts as in the inbox's limit.</summary>
    public virtual long Bytes => 0;

    public abstract void Run(Dispatcher dispatcher);
}
