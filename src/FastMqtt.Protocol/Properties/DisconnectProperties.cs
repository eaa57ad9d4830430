// The properties of DISCONNECT by name.
// Made once at the end of a connection from bytes that DisconnectPacket.Read has validated.
namespace FastMqtt.Protocol;

public ref struct DisconnectProperties
{
    public bool HasSessionExpiryInterval { get; private set; }

    public uint SessionExpiryInterval { get; private set; }

    public ReadOnlySpan<byte> ReasonString { get; private set; }

    public ReadOnlySpan<byte> ServerReference { get; private set; }

    public static DisconnectProperties From(ReadOnlySpan<byte> properties)
    {
        DisconnectProperties result = default;
        PropertyReader reader = new(properties);
        while (reader.TryRead(out PropertyIdentifier identifier))
        {
            switch (identifier)
            {
                case PropertyIdentifier.SessionExpiryInterval:
                    result.HasSessionExpiryInterval = true;
                    result.SessionExpiryInterval = reader.Integer;
                    break;
                case PropertyIdentifier.ReasonString:
                    result.ReasonString = reader.Data;
                    break;
                case PropertyIdentifier.ServerReference:
                    result.ServerReference = reader.Data;
                    break;
            }
        }

        return result;
    }
}
