// What a caller wants published, on its way into a PublishBuffer: spans on the caller's stack, all of it checked.

using FastMqtt.Protocol;

namespace FastMqtt.Broker.InProcess;

internal ref struct PublishContent
{
    public ReadOnlySpan<byte> Topic;

    public ReadOnlySpan<byte> Properties;

    public ReadOnlySpan<byte> Payload;

    public QualityOfService QoS;

    public bool Retain;

    /// <summary>Milliseconds on the broker's clock; <see cref="long.MaxValue"/>: it does not expire.</summary>
    public long ExpiresAtMilliseconds;

    public readonly int Bytes => Topic.Length + Properties.Length + Payload.Length;
}
