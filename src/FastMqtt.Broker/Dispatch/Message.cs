// An application message on its way through one dispatcher: spans over the receive area, or over a publication.
// Lives on the stack of the handler that routes it. `Held` is made at the first need (a queue, a window, the retained
// store, another dispatcher, a large payload): a QoS 0 message to connected subscribers never leaves the receive area.

using FastMqtt.Broker.Access;
using FastMqtt.Broker.Persistence;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Dispatch;

internal ref struct Message
{
    public ReadOnlySpan<byte> Topic;

    /// <summary>Raw MQTT 5.0 properties to forward; empty from a 3.x publisher.</summary>
    public ReadOnlySpan<byte> Properties;

    public ReadOnlySpan<byte> Payload;

    /// <summary>The frame as received, when a QoS 0 subscriber of the same version may get these very bytes.</summary>
    public ReadOnlySpan<byte> Frame;

    /// <summary>Version of <see cref="Frame"/>: true for 5.0.</summary>
    public bool FrameIsMqtt5;

    public QualityOfService QoS;

    public bool Retain;

    public long ExpiresAtMilliseconds;

    public ulong Publisher;

    /// <summary>Of a QoS 2 message whose publisher's session is stored.</summary>
    public Exchange Exchange;

    /// <summary>Hash of the topic, for verdicts; 0 when nobody has needed it yet.</summary>
    public ulong TopicHash;

    /// <summary>Rules of the client that publishes a retained message; null: none.</summary>
    public SessionAccess? Source;

    /// <summary>One reference owned by this message; dropped by <see cref="Drop"/>.</summary>
    public Publication? Held;

    public static Message From(Publication publication) => new()
    {
        Topic = publication.Topic,
        Properties = publication.Properties,
        Payload = publication.Payload,
        QoS = publication.QoS,
        Retain = publication.Retain,
        ExpiresAtMilliseconds = publication.ExpiresAtMilliseconds,
        Publisher = publication.Publisher,
        Exchange = publication.Exchange,
        Held = publication,
    };

    public Publication Hold(PublicationPool pool) => Held ??= pool.Create(in this);

    public void Drop(PublicationPool pool)
    {
        if (Held is not null)
        {
            pool.Release(Held);
            Held = null;
        }
    }
}
