// What an in-process subscriber may choose: the options of SUBSCRIBE, and the bounds of a stream's buffer.

using FastMqtt.Protocol;

namespace FastMqtt.Broker.InProcess;

/// <summary>What an in-process subscriber may choose. Read when it subscribes.</summary>
public sealed class SubscribeOptions
{
    /// <summary>The highest QoS it gets messages with.</summary>
    public QualityOfService QoS { get; init; } = QualityOfService.ExactlyOnce;

    /// <summary>
    /// Not what the same client publishes: what was published through the <see cref="InProcessClient"/> that
    /// subscribes, or by a client with its Client Identifier; without one, by the broker's own PublishAsync. Not for a
    /// shared subscription.
    /// </summary>
    public bool NoLocal { get; init; }

    /// <summary>Whether messages keep the RETAIN flag they were published with.</summary>
    public bool RetainAsPublished { get; init; }

    /// <summary>
    /// Whether it gets the messages that are retained now. In-process subscriptions are always new ones.
    /// </summary>
    public RetainHandling RetainHandling { get; init; }

    /// <summary>A number that comes with every message, 1 to 268,435,455; 0: none.</summary>
    public uint SubscriptionIdentifier { get; init; }

    /// <summary>Messages that a MessageStream holds for its reader, at least 1.</summary>
    public int BufferedMessages { get; init; } = Limits.StreamMessages;

    /// <summary>
    /// Bytes of topics, properties and payloads that a MessageStream holds; the message that reaches it is still
    /// taken.
    /// </summary>
    public long BufferedBytes { get; init; } = Limits.StreamBytes;

    /// <summary>What happens to a message that finds a MessageStream full.</summary>
    public FullBufferPolicy WhenFull { get; init; } = FullBufferPolicy.Wait;

    internal SubscriptionOptions Flags => new(QoS, NoLocal, RetainAsPublished, RetainHandling);

    internal void Check()
    {
        if (QoS > QualityOfService.ExactlyOnce
            || RetainHandling > RetainHandling.DoNotSend
            || WhenFull > FullBufferPolicy.Wait)
        {
            throw new ArgumentException("There is no such option.", "options");
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThan(
            SubscriptionIdentifier, VariableByteInteger.MaximumValue, nameof(SubscriptionIdentifier));
        ArgumentOutOfRangeException.ThrowIfLessThan(BufferedMessages, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(BufferedBytes, 1);
    }
}
