// The Will Properties of CONNECT that the broker acts on; the rest are published as raw bytes.
// Made once per connection with a will, from bytes that ConnectPacket.Read has validated.
namespace FastMqtt.Protocol;

public ref struct WillProperties
{
    public uint WillDelayInterval { get; private set; }

    public bool HasWillDelayInterval { get; private set; }

    public bool HasMessageExpiryInterval { get; private set; }

    public uint MessageExpiryInterval { get; private set; }

    // Whether the payload says of itself that it is UTF-8.
    public bool PayloadFormatIndicator { get; private set; }

    // Whether the bytes hold a property that a PUBLISH of the will must not carry as it is.
    public readonly bool MustRewrite => HasWillDelayInterval || HasMessageExpiryInterval;

    public static WillProperties From(ReadOnlySpan<byte> properties)
    {
        WillProperties result = default;
        PropertyReader reader = new(properties);
        while (reader.TryRead(out PropertyIdentifier identifier))
        {
            switch (identifier)
            {
                case PropertyIdentifier.WillDelayInterval:
                    result.HasWillDelayInterval = true;
                    result.WillDelayInterval = reader.Integer;
                    break;
                case PropertyIdentifier.MessageExpiryInterval:
                    result.HasMessageExpiryInterval = true;
                    result.MessageExpiryInterval = reader.Integer;
                    break;
                case PropertyIdentifier.PayloadFormatIndicator:
                    result.PayloadFormatIndicator = reader.Integer != 0;
                    break;
            }
        }

        return result;
    }
}
