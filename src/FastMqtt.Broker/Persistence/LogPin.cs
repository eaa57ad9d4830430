// Keeps entries of a dispatcher's log although no session of it needs them: another dispatcher will store what follows
// from them (that a message was received, that it was passed on), and until that is durable a start must be able to
// see it here. Made and let go on the log's dispatcher.

namespace FastMqtt.Broker.Persistence;

/// <param name="batch">The first batch that is kept.</param>
internal sealed class LogPin(long batch)
{
    public long Batch { get; } = batch;

    public bool IsReleased { get; private set; }

    public void Release() => IsReleased = true;
}
