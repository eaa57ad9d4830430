// Builds the payload of SUBSCRIBE or UNSUBSCRIBE in a span the caller sized: three bytes and the filter's, or two.
// For clients, bridges, load tools and tests.
namespace FastMqtt.Protocol;

public ref struct TopicFilterWriter(Span<byte> destination)
{
    private readonly Span<byte> _destination = destination;
    private PacketWriter _writer = new(destination);

    public readonly ReadOnlySpan<byte> Written => _destination[.._writer.Written];

    // An entry of SUBSCRIBE.
    public void Write(ReadOnlySpan<byte> filter, SubscriptionOptions options)
    {
        _writer.WriteBinary(filter);
        _writer.WriteByte(options.Value);
    }

    // An entry of UNSUBSCRIBE.
    public void Write(ReadOnlySpan<byte> filter) => _writer.WriteBinary(filter);
}
