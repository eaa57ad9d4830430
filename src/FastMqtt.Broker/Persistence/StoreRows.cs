// The rows of a store, as a person reads them with sqlite3 too. Times are milliseconds since 1970, UTC.

namespace FastMqtt.Broker.Persistence;

/// <param name="Id">Never used again for another session.</param>
/// <param name="ClientIdentifier">UTF-8.</param>
/// <param name="UserName">Whose session it is; null: nobody's.</param>
/// <param name="Listener">
/// Name of the listener its client came in by last: whose rules hold for it. <see cref="AnyOwner"/>: it was imported.
/// </param>
/// <param name="ExpiryInterval">Session Expiry Interval in seconds; <see cref="uint.MaxValue"/>: never.</param>
/// <param name="DisconnectedAt">When its client left; 0: it is connected.</param>
/// <param name="Will">The will it has left, as WillCodec wrote it; null: none.</param>
internal sealed record SessionRow(
    long Id,
    byte[] ClientIdentifier,
    string? UserName,
    string? Listener,
    uint ExpiryInterval,
    long DisconnectedAt,
    byte[]? Will)
{
    /// <summary>Listener of a session whose owner is not known: the first client with its identifier gets it.</summary>
    public const string AnyOwner = "*";
}

/// <summary>One subscription. Primary key: session, share name, filter.</summary>
internal readonly ref struct SubscriptionRow
{
    public long Session { get; init; }

    /// <summary>Empty: not shared.</summary>
    public ReadOnlySpan<byte> ShareName { get; init; }

    public ReadOnlySpan<byte> Filter { get; init; }

    /// <summary>Subscription Options as in SUBSCRIBE, without Retain Handling. Section 3.8.3.1.</summary>
    public byte Options { get; init; }

    /// <summary>Subscription Identifier; 0: none.</summary>
    public uint Identifier { get; init; }
}

/// <summary>The head of a segment: messages of one session's queue that left memory.</summary>
/// <param name="Session">The session's row.</param>
/// <param name="First">Sequence number of its first message. Key, together with the session.</param>
/// <param name="Last">Sequence number of its last message.</param>
/// <param name="Messages">How many.</param>
/// <param name="Bytes">What they count as in the session's limit.</param>
internal readonly record struct SegmentRow(long Session, long First, long Last, int Messages, long Bytes);

/// <summary>One retained message. Primary key: topic.</summary>
internal readonly ref struct RetainedRow
{
    public ReadOnlySpan<byte> Topic { get; init; }

    public ReadOnlySpan<byte> Payload { get; init; }

    /// <summary>Raw MQTT 5.0 properties; empty: none.</summary>
    public ReadOnlySpan<byte> Properties { get; init; }

    public byte QoS { get; init; }

    /// <summary>0: never.</summary>
    public long ExpiresAt { get; init; }

    /// <summary>Number of the client that published it, for No Local.</summary>
    public ulong Publisher { get; init; }

    /// <summary>Whose right to publish it is looked at again before it is delivered; null: nobody's.</summary>
    public string? ClientIdentifier { get; init; }

    public string? UserName { get; init; }

    /// <summary>Name of the listener it came in by, whose rules those are.</summary>
    public string? Listener { get; init; }
}
