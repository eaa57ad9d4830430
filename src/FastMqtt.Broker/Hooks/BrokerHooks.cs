// Where an embedder's code takes part in what the broker does. Read once, at the start of the broker; HookCalls calls
// what is registered here.

namespace FastMqtt.Broker.Hooks;

/// <summary>
/// Code of an embedder that takes part in what the broker does. What is null is not registered and costs nothing. Hooks
/// combine with <c>+=</c> and are called in that order; the first denial decides, and the hooks behind it are not
/// asked. Set before the broker starts; later changes have no effect.
/// </summary>
/// <remarks>
/// <para>Synchronous hooks run on the dispatcher of the client concerned, or of the one that publishes. With several
/// dispatchers several threads call the same hook at the same time, never two for one client. They must not block. They
/// may call every method of <see cref="MqttBroker"/> that does not wait; what it does happens after the hook.</para>
/// <para>Asynchronous hooks run on the thread pool, after the synchronous ones and after authentication or access rules
/// have said yes. The client's input waits in order, and nobody else.</para>
/// <para>A hook that throws is logged, counted, and taken as a denial; a notice that throws changes nothing.</para>
/// </remarks>
public sealed class BrokerHooks
{
    /// <summary>
    /// A client that was authenticated wants in. Before its session is taken over: whom it refuses disturbs nobody.
    /// </summary>
    public Hook<ConnectingContext>? Connecting { get; set; }

    /// <summary>The same off the dispatcher; asked about everybody whom <see cref="Connecting"/> lets in.</summary>
    public AsyncHook<ConnectRequest>? ConnectingAsync { get; set; }

    /// <summary>A client is in: its CONNACK is written.</summary>
    public Notice<ConnectedNotice>? Connected { get; set; }

    /// <summary>A connection that was in has ended; also when the broker stops.</summary>
    public Notice<DisconnectedNotice>? Disconnected { get; set; }

    /// <summary>
    /// A message of a client, or its Will Message, that access rules allow. Once for a message: not for the duplicate
    /// of a QoS 2 message that the broker has.
    /// </summary>
    public Hook<PublishingContext>? Publishing { get; set; }

    /// <summary>
    /// The same off the dispatcher; asked about every message that <see cref="Publishing"/> has neither denied nor
    /// swallowed nor allowed for good with <see cref="PublishingContext.Allow"/>.
    /// </summary>
    public AsyncHook<PublishRequest>? PublishingAsync { get; set; }

    /// <summary>A client subscribes to a topic filter that access rules allow; once for each filter.</summary>
    public Hook<SubscribingContext>? Subscribing { get; set; }

    /// <summary>
    /// The same off the dispatcher; asked once for a SUBSCRIBE, about those of its filters that
    /// <see cref="Subscribing"/> has not denied.
    /// </summary>
    public AsyncHook<SubscribeRequest>? SubscribingAsync { get; set; }

    /// <summary>
    /// A client has ended a subscription with UNSUBSCRIBE. Not for subscriptions that end with their session.
    /// </summary>
    public Notice<UnsubscribedNotice>? Unsubscribed { get; set; }

    /// <summary>
    /// A message is about to be given to a connected client, for the first time: not again when it is sent once more
    /// after a reconnect. Messages that wait in a queue are asked about when they leave it.
    /// </summary>
    public Hook<DeliveringContext>? Delivering { get; set; }

    /// <summary>
    /// The retained message of a topic was set, replaced, cleared, or taken out because it has expired. Not for $SYS.
    /// </summary>
    public Notice<RetainedNotice>? RetainedChanged { get; set; }

    /// <summary>
    /// A session has ended because its client did not come back in time, or because the host has expired it. For what
    /// expired while the broker did not run: called during the start, by the thread that starts it.
    /// </summary>
    public Notice<SessionExpiredNotice>? SessionExpired { get; set; }

    /// <summary>A receiver does not get a message that was meant for it.</summary>
    public Notice<DroppedNotice>? Dropped { get; set; }

    /// <summary>As they are now: the delegates do not change any more.</summary>
    internal BrokerHooks Copy() => (BrokerHooks)MemberwiseClone();
}
