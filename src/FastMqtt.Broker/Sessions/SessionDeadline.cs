// What a session without a connection waits for: its expiry, and its will's delay. Made when the connection ends and
// something is due, gone when the client is back: a connected session has no timer and pays one word for it.

using FastMqtt.Broker.Dispatch;

namespace FastMqtt.Broker.Sessions;

internal sealed class SessionDeadline(Session session) : Timed
{
    /// <summary>When the session ends, in milliseconds; <see cref="long.MaxValue"/> for never.</summary>
    public long ExpiresAtMilliseconds { get; init; } = long.MaxValue;

    public override void OnDue(Dispatcher dispatcher) => dispatcher.Lifecycle.OnSessionDue(session);
}
