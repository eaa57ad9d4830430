// The properties of SUBSCRIBE that the broker acts on.
// Made per SUBSCRIBE from bytes that SubscribePacket.Read has validated.
namespace FastMqtt.Protocol;

public ref struct SubscribeProperties
{
    // 0: none.
    public uint SubscriptionIdentifier { get; private set; }

    public static SubscribeProperties From(ReadOnlySpan<byte> properties)
    {
        SubscribeProperties result = default;
        PropertyReader reader = new(properties);
        while (reader.TryRead(out PropertyIdentifier identifier))
        {
            if (identifier == PropertyIdentifier.SubscriptionIdentifier)
            {
                result.SubscriptionIdentifier = reader.Integer;
            }
        }

        return result;
    }
}
