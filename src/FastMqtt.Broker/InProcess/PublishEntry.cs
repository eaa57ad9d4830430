// One message in a PublishBlock: where its bytes lie, and who waits for it.

using FastMqtt.Protocol;

namespace FastMqtt.Broker.InProcess;

internal struct PublishEntry
{
    /// <summary>Who publishes it.</summary>
    public InProcessClient Publisher;

    /// <summary>Who waits until it is routed and durable; null: nobody.</summary>
    public PublishTicket? Ticket;

    public long ExpiresAtMilliseconds;

    public int TopicBytes;

    public int PropertiesBytes;

    public int PayloadBytes;

    public QualityOfService QoS;

    public bool Retain;

    public readonly int Bytes => TopicBytes + PropertiesBytes + PayloadBytes;
}
