// What is agreed with a client: what it asked for, the operator's options and the listener's bounds give the first
// version, hooks may change it, ConnectHandler announces it in CONNACK and keeps to it. One for each CONNECT.

using FastMqtt.Broker.Handlers;
using FastMqtt.Broker.Sessions;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Hooks;

/// <summary>
/// What will hold for a client that connects. What differs from what a client of MQTT 5.0 asked for is announced to it.
/// A value beyond the bounds of the broker's options or of the listener counts as that bound.
/// </summary>
public sealed class ConnectTerms
{
    internal ConnectTerms()
    {
    }

    /// <summary>Longest Session Expiry Interval it may ask for when it leaves, in seconds.</summary>
    internal uint SessionExpiryMaximum { get; private set; } = Session.NeverExpires;

    /// <summary>
    /// Keep Alive in seconds; 0: none. A 3.x client cannot be told another value than its own, so its own stays.
    /// </summary>
    public ushort KeepAlive { get; set; }

    /// <summary>
    /// Seconds that the session outlives its connection; 4,294,967,295: for ever. For a 3.x client only less than it
    /// asked for, which is 0 with Clean Session and for ever without.
    /// </summary>
    public uint SessionExpiryInterval { get; set; }

    /// <summary>Unreleased QoS 2 messages accepted from a client of MQTT 5.0, from 1 on.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is 0.</exception>
    public ushort ReceiveMaximum { get; set => field = NotZero(value); } = ushort.MaxValue;

    /// <summary>Unacknowledged QoS 1 and 2 messages sent to the client at a time, from 1 on.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is 0.</exception>
    public ushort MaximumInflight { get; set => field = NotZero(value); } = ushort.MaxValue;

    /// <summary>
    /// Highest QoS it may publish and subscribe with. A client whose will has more is refused.
    /// </summary>
    public QualityOfService MaximumQoS { get; set; } = QualityOfService.ExactlyOnce;

    /// <summary>Topic Aliases a client of MQTT 5.0 may use towards the broker; 0: none.</summary>
    public ushort TopicAliasMaximum { get; set; }

    /// <summary>Largest packet accepted from it once it is in, in bytes, from 16 on.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is less.</exception>
    public int MaximumPacketSize
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, Limits.MaximumPacketSizeMin);
            field = value;
        }
    }

    /// <summary>Who it is: what access rules know it by, and whom its session belongs to. Null: nobody.</summary>
    public string? UserName { get; set; }

    /// <summary>What holds unless a hook says otherwise.</summary>
    internal static ConnectTerms For(
        BrokerOptions options, ListenerOptions listener, in ConnectPacket packet, in ConnectProperties properties) =>
        new()
        {
            KeepAlive = KeepAliveOf(options, in packet),
            SessionExpiryInterval = AskedExpiry(in packet, in properties),
            ReceiveMaximum = (ushort)options.ReceiveMaximum,
            MaximumInflight = options.MaximumInflight == 0 ? ushort.MaxValue : (ushort)options.MaximumInflight,
            MaximumQoS = listener.MaximumQoS,
            TopicAliasMaximum = listener.TopicAliasMaximum ?? options.TopicAliasMaximum,
            MaximumPacketSize = options.MaximumPacketSize,
        };

    /// <summary>Seconds that the client wants its session to outlive its connection.</summary>
    internal static uint AskedExpiry(in ConnectPacket packet, in ConnectProperties properties) =>
        packet.Version == ProtocolVersion.Mqtt5 ? properties.SessionExpiryInterval
            : packet.CleanStart ? 0 : Session.NeverExpires; // [MQTT3-3.1.2-4] [MQTT3-3.1.2-6]

    /// <summary>Takes back what hooks may not give.</summary>
    internal void Bound(
        BrokerOptions options, ListenerOptions listener, in ConnectPacket packet, in ConnectProperties properties)
    {
        ReceiveMaximum = Math.Min(ReceiveMaximum, (ushort)options.ReceiveMaximum);
        MaximumQoS = MaximumQoS < listener.MaximumQoS ? MaximumQoS : listener.MaximumQoS;
        MaximumPacketSize = Math.Min(MaximumPacketSize, options.MaximumPacketSize);
        if (SessionExpiryInterval < AskedExpiry(in packet, in properties))
        {
            SessionExpiryMaximum = SessionExpiryInterval; // what it may not have now it may not have later
        }

        if (packet.Version == ProtocolVersion.Mqtt5)
        {
            MaximumInflight = Math.Min(MaximumInflight, properties.ReceiveMaximum); // [MQTT-3.3.4-9]
            return;
        }

        KeepAlive = packet.KeepAlive; // [MQTT3-3.1.2-24] is about what the client knows
        SessionExpiryInterval = Math.Min(SessionExpiryInterval, AskedExpiry(in packet, in properties));
    }

    private static ushort KeepAliveOf(BrokerOptions options, in ConnectPacket packet)
    {
        ushort most = options.MaximumKeepAlive;
        bool isMore = most != 0 && (packet.KeepAlive == 0 || packet.KeepAlive > most);

        // A 3.x client cannot be told another value: its own holds. [MQTT-3.2.2-22]
        return isMore && packet.Version == ProtocolVersion.Mqtt5 ? most : packet.KeepAlive;
    }

    private static ushort NotZero(ushort value)
    {
        ArgumentOutOfRangeException.ThrowIfZero(value);
        return value;
    }
}
