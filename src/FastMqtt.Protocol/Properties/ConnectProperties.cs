// The properties of CONNECT by name, with the defaults of the specification for the absent ones.
// Made once per connection from bytes that ConnectPacket.Read has validated.
namespace FastMqtt.Protocol;

public ref struct ConnectProperties
{
    public const ushort DefaultReceiveMaximum = 65_535;

    public bool HasSessionExpiryInterval { get; private set; }

    public uint SessionExpiryInterval { get; private set; }

    public ushort ReceiveMaximum { get; private set; }

    // 0: none.
    public uint MaximumPacketSize { get; private set; }

    public ushort TopicAliasMaximum { get; private set; }

    public bool RequestResponseInformation { get; private set; }

    public bool RequestProblemInformation { get; private set; }

    public bool HasAuthenticationMethod { get; private set; }

    public ReadOnlySpan<byte> AuthenticationMethod { get; private set; }

    public bool HasAuthenticationData { get; private set; }

    public ReadOnlySpan<byte> AuthenticationData { get; private set; }

    public static ConnectProperties From(ReadOnlySpan<byte> properties)
    {
        ConnectProperties result = new()
        {
            ReceiveMaximum = DefaultReceiveMaximum,
            RequestProblemInformation = true,
        };
        PropertyReader reader = new(properties);
        while (reader.TryRead(out PropertyIdentifier identifier))
        {
            switch (identifier)
            {
                case PropertyIdentifier.SessionExpiryInterval:
                    result.HasSessionExpiryInterval = true;
                    result.SessionExpiryInterval = reader.Integer;
                    break;
                case PropertyIdentifier.ReceiveMaximum:
                    result.ReceiveMaximum = (ushort)reader.Integer;
                    break;
                case PropertyIdentifier.MaximumPacketSize:
                    result.MaximumPacketSize = reader.Integer;
                    break;
                case PropertyIdentifier.TopicAliasMaximum:
                    result.TopicAliasMaximum = (ushort)reader.Integer;
                    break;
                case PropertyIdentifier.RequestResponseInformation:
                    result.RequestResponseInformation = reader.Integer != 0;
                    break;
                case PropertyIdentifier.RequestProblemInformation:
                    result.RequestProblemInformation = reader.Integer != 0;
                    break;
                case PropertyIdentifier.AuthenticationMethod:
                    result.HasAuthenticationMethod = true;
                    result.AuthenticationMethod = reader.Data;
                    break;
                case PropertyIdentifier.AuthenticationData:
                    result.HasAuthenticationData = true;
                    result.AuthenticationData = reader.Data;
                    break;
            }
        }

        return result;
    }
}
