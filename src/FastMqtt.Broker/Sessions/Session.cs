// What the broker keeps for a Client Identifier, with or without a connection: subscriptions, messages in flight and
// waiting, QoS 2 state, will, expiry. Belongs to one dispatcher for life and only that thread writes it; others may
// read Dispatcher, Number and IsConnected.

using FastMqtt.Broker.Access;
using FastMqtt.Broker.InProcess;
using FastMqtt.Broker.Persistence;
using FastMqtt.Broker.Topics;

namespace FastMqtt.Broker.Sessions;

internal class Session(int dispatcher, ulong number, byte[] clientIdentifier)
{
    /// <summary>Session Expiry Interval that never ends, section 3.1.2.11.2.</summary>
    public const uint NeverExpires = uint.MaxValue;

    private Client? _client;

    public int Dispatcher { get; } = dispatcher;

    /// <summary>Stands for the Client Identifier: a later session has the same. Never 0. [MQTT-3.8.3-3]</summary>
    public ulong Number { get; } = number;

    public byte[] ClientIdentifier { get; } = clientIdentifier;

    /// <summary>The connected client, null while offline.</summary>
    public Client? Client
    {
        get => _client;
        set => Volatile.Write(ref _client, value);
    }

    /// <summary>
    /// The client if it can be given messages: after its CONNACK [MQTT-3.2.0-1]. One that is closing counts as gone:
    /// what it is given now would come again with the next connection, marked as a duplicate.
    /// </summary>
    public Client? Receiver => _client is { State: ClientState.Connected, IsConnackHeld: false } ? _client : null;

    public bool IsConnected => Volatile.Read(ref _client) is not null || this is InProcessSession;

    /// <summary>The in-process subscription it is made for, which is always there; null: it is a client's.</summary>
    public InProcessSubscription? InProcess => (this as InProcessSession)?.Subscription;

    /// <summary>A field: the set is a struct that stores one subscription without an allocation.</summary>
    public SubscriptionSet Subscriptions;

    /// <summary>What its filters count as in Limits.FilterBytesPerSession.</summary>
    public int FilterBytes { get; set; }

    public InflightWindow? Inflight { get; set; }

    public MessageQueue? Queue { get; set; }

    /// <summary>QoS 2 identifiers received and not released.</summary>
    public PacketIdentifierSet? Received { get; set; }

    public RetainedBacklog? Retained { get; set; }

    /// <summary>Seconds the session outlives its connection; 0 ends with it.</summary>
    public uint ExpiryInterval { get; set; }

    /// <summary>
    /// When its client connected or, without one, left, in milliseconds of the broker's clock; perhaps before its
    /// start, which is negative.
    /// </summary>
    public long SinceMilliseconds { get; set; }

    /// <summary>What is due while it is offline; null when nothing is.</summary>
    public SessionDeadline? Deadline { get; set; }

    public WillMessage? Will { get; set; }

    /// <summary>Publication being routed for which <see cref="MergeIndex"/> holds; see OverlapMerger.</summary>
    public ulong MergeStamp { get; set; }

    public int MergeIndex { get; set; }

    /// <summary>Subscription Identifiers of its last message that matched several; see OverlapMerger.</summary>
    public uint[]? LastIdentifiers { get; set; }

    /// <summary>What the journal knows of it; null: it ends with its connection, or nothing is saved.</summary>
    public DurableSession? Durable { get; set; }

    /// <summary>Who it belongs to; null: an anonymous client that may do everything.</summary>
    public SessionOwner? Owner { get; set; }

    public string? UserName => Owner?.Identity.UserName;

    public SessionAccess? Access => Owner?.Access;

    /// <summary>Whether something waits for the window or the socket.</summary>
    public bool HasBacklog =>
        Queue is { Count: > 0 } || Inflight is { HasResend: true } || Retained is { Count: > 0 };

    /// <summary>The subscription is owed no retained message any more.</summary>
    public void ForgetRetained(Subscription subscription)
    {
        Retained?.Remove(subscription);
        if (Retained is { Count: 0 })
        {
            Retained = null; // a session lives long after its last walk
        }
    }
}
