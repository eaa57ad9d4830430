// A message read from a PublishBlock: spans over its bytes, until it is cleared.

namespace FastMqtt.Broker.InProcess;

internal readonly ref struct PublishEntry(PublishHeader header, ReadOnlySpan<byte> bytes, PublishOrigin origin)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public PublishHeader Header { get; } = header;

    public PublishOrigin Origin { get; } = origin;

    public ReadOnlySpan<byte> Topic => _bytes[..Header.TopicBytes];

    public ReadOnlySpan<byte> Properties => _bytes.Slice(Header.TopicBytes, Header.PropertiesBytes);

    public ReadOnlySpan<byte> Payload => _bytes[(Header.TopicBytes + Header.PropertiesBytes)..];
}
