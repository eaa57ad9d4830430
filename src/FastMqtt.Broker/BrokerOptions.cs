// What an operator may choose. The reasons for the defaults are in Limits.cs.

using System.Net;
using FastMqtt.Broker.Hooks;
using Microsoft.Extensions.Configuration;

namespace FastMqtt.Broker;

/// <summary>What an operator may choose. Every value has a safe default.</summary>
public sealed class BrokerOptions
{
    private const int DefaultPort = 1883;

    /// <summary>
    /// Tells this broker from others of the process: the tag fastmqtt.broker.name of its Meter. Null: no tag. Read at
    /// the start only.
    /// </summary>
    public string? Name { get; set; }

    /// <summary>Where the broker listens. Empty: loopback port 1883, anonymous access.</summary>
    public IList<ListenerOptions> Listeners { get; private set; } = [];

    /// <summary>
    /// Number of dispatcher threads, 1 to 64. 0: one on up to three cores, otherwise cores minus one.
    /// </summary>
    public int Dispatchers { get; set; }

    /// <summary>
    /// How the broker waits for its sockets. Read at the start only. <see cref="PollerKind.Epoll"/> on a system other
    /// than Linux fails it with an ArgumentException.
    /// </summary>
    public PollerKind Poller { get; set; }

    /// <summary>Largest packet accepted, in bytes, fixed header included. Announced to MQTT 5.0 clients.</summary>
    public int MaximumPacketSize { get; set; } = Limits.MaximumPacketSize;

    /// <summary>
    /// Largest payload of a message, in bytes; one with more is acknowledged but not forwarded. 0: any.
    /// </summary>
    public int MaximumPayloadBytes { get; set; }

    /// <summary>
    /// Open connections of all listeners together; the next one is closed. -1: any number. Mosquitto's
    /// global_max_connections; <see cref="ListenerOptions.MaximumConnections"/> is for one listener.
    /// </summary>
    public int MaximumConnections { get; set; } = -1;

    /// <summary>
    /// Unacknowledged QoS 1 and 2 messages sent to one client at a time, 1 to 65,535. 0: 65,535.
    /// </summary>
    public int MaximumInflight { get; set; } = Limits.MaximumInflight;

    /// <summary>
    /// Payload bytes of unacknowledged QoS 1 and 2 messages at which nothing more is sent to a client; a message that
    /// is larger than that goes alone. 0: any.
    /// </summary>
    public long MaximumInflightBytes { get; set; }

    /// <summary>Unreleased QoS 2 messages accepted from one client, 1 to 65,535 (Receive Maximum).</summary>
    public int ReceiveMaximum { get; set; } = Limits.ReceiveMaximum;

    /// <summary>
    /// QoS 1 and 2 messages that may wait in one session; the next one is dropped and counted. 0: any number.
    /// </summary>
    public int MaximumQueuedMessages { get; set; } = Limits.QueuedMessages;

    /// <summary>
    /// Bytes of messages that may wait in one session; the next message is dropped and counted. 0: any number.
    /// </summary>
    public long MaximumQueuedBytes { get; set; } = Limits.QueuedBytes;

    /// <summary>
    /// Whether QoS 0 messages too wait for a client that is not connected, within the same bounds.
    /// </summary>
    public bool QueueQoS0Messages { get; set; }

    /// <summary>
    /// Whether a message is delivered with the QoS of the subscription even if it was published with a lower one.
    /// Against the specification ([MQTT-3.8.4-8]), for who relies on Mosquitto's upgrade_outgoing_qos.
    /// </summary>
    public bool UpgradeOutgoingQoS { get; set; }

    /// <summary>
    /// How long a session waits for its client at the most, whatever the client asked for. Null: as long as that.
    /// </summary>
    public TimeSpan? PersistentClientExpiration { get; set; }

    /// <summary>
    /// Whether clients may publish retained messages; otherwise they are disconnected with Retain not supported.
    /// </summary>
    public bool RetainAvailable { get; set; } = true;

    /// <summary>
    /// Whether the publisher of a retained message is checked again, for its right to publish it, before the message
    /// is given to a new subscriber.
    /// </summary>
    public bool CheckRetainSource { get; set; } = true;

    /// <summary>
    /// How often expired retained messages are looked for to free their memory; they are never delivered. Null: with
    /// <see cref="SystemTopicsInterval"/>.
    /// </summary>
    public TimeSpan? RetainExpiry { get; set; }

    /// <summary>Retained messages in the store; the next one is refused with Quota exceeded.</summary>
    public int MaximumRetainedMessages { get; set; } = Limits.RetainedMessages;

    /// <summary>Bytes of retained messages; the message that would exceed it is refused with Quota exceeded.</summary>
    public long MaximumRetainedBytes { get; set; } = Limits.RetainedBytes;

    /// <summary>
    /// Sessions, connected or waiting for their client; the next client is refused with Quota exceeded. Each
    /// dispatcher has an equal share.
    /// </summary>
    public int MaximumSessions { get; set; } = Limits.Sessions;

    /// <summary>Subscriptions of one session; the next one is refused with Quota exceeded.</summary>
    public int MaximumSubscriptions { get; set; } = Limits.SubscriptionsPerSession;

    /// <summary>Topic Aliases a client may use towards the broker. 0: none.</summary>
    public ushort TopicAliasMaximum { get; set; } = Limits.TopicAliasMaximum;

    /// <summary>
    /// Longest Keep Alive in seconds; longer or none is replaced by Server Keep Alive (MQTT 5.0). A 3.x client cannot
    /// be told and keeps its own, as Mosquitto documents. 0: any.
    /// </summary>
    public ushort MaximumKeepAlive { get; set; }

    /// <summary>
    /// Whether small packets are sent at once (TCP_NODELAY); otherwise the system may wait for more to send.
    /// </summary>
    public bool NoDelay { get; set; } = true;

    /// <summary>
    /// Longest time a login waits because others from its address have failed; it must be less than
    /// <see cref="ConnectTimeout"/>. Zero: none waits.
    /// </summary>
    public TimeSpan LoginDelay { get; set; } = TimeSpan.FromMilliseconds(Limits.LoginDelay);

    /// <summary>Time from accept to a complete CONNECT, a TLS handshake included.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromMilliseconds(Limits.ConnectTimeout);

    /// <summary>
    /// TLS handshakes under way at a time, silent connections to a TLS listener included; the next one is closed.
    /// </summary>
    public int MaximumHandshakes { get; set; } = Limits.Handshakes;

    /// <summary>
    /// How long a dispatcher without work may look again before it sleeps, while packets come so fast that it pays.
    /// Zero: never.
    /// </summary>
    public TimeSpan Spin { get; set; } = TimeSpan.FromMicroseconds(Limits.SpinMicroseconds);

    /// <summary>How often $SYS topics are published. Zero: never.</summary>
    public TimeSpan SystemTopicsInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>What survives the process; null: nothing does. Read at the start only.</summary>
    public PersistenceOptions? Persistence { get; set; }

    /// <summary>Code that takes part in what the broker does; null: none. Read at the start only.</summary>
    public BrokerHooks? Hooks { get; set; }

    /// <summary>
    /// Sets what a section of a configuration says, by the names of the properties; what it does not name stays as it
    /// is. What is code, such as an authenticator, cannot be named there.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// It names something unknown, or a value cannot be read; the message has the key.
    /// </exception>
    public void Bind(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        configuration.Bind(this, static binder => binder.ErrorOnUnknownConfiguration = true);
    }

    /// <summary>Where a broker listens that was told nothing.</summary>
    internal static ListenerOptions DefaultListener() =>
        new() { EndPoint = new IPEndPoint(IPAddress.Loopback, DefaultPort), AllowAnonymous = true };

    /// <summary>A copy that its owner may keep.</summary>
    internal BrokerOptions Copy()
    {
        var copy = (BrokerOptions)MemberwiseClone();
        copy.Listeners = [];
        foreach (ListenerOptions listener in Listeners)
        {
            copy.Listeners.Add(listener.Copy());
        }

        copy.Persistence = Persistence is null ? null : Persistence with { };
        return copy;
    }
}
