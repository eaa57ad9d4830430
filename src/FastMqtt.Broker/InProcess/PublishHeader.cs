// What stands before the bytes of a message in a PublishBlock. 24 bytes, without references.

using FastMqtt.Protocol;

namespace FastMqtt.Broker.InProcess;

internal struct PublishHeader
{
    public long ExpiresAtMilliseconds;

    public int PropertiesBytes;

    public int PayloadBytes;

    /// <summary>Index in the block of who publishes it, and who waits for it.</summary>
    public int Origin;

    public ushort TopicBytes;

    public QualityOfService QoS;

    public bool Retain;

    public readonly int Bytes => TopicBytes + PropertiesBytes + PayloadBytes;
}
