// The properties of AUTH by name.
// Made per AUTH from bytes that AllowedProperties.Validate has passed.
namespace FastMqtt.Protocol;

public ref struct AuthProperties
{
    public bool HasAuthenticationMethod { get; private set; }

    public ReadOnlySpan<byte> AuthenticationMethod { get; private set; }

    public bool HasAuthenticationData { get; private set; }

    public ReadOnlySpan<byte> AuthenticationData { get; private set; }

    public ReadOnlySpan<byte> ReasonString { get; private set; }

    public static AuthProperties From(ReadOnlySpan<byte> properties)
    {
        AuthProperties result = default;
        PropertyReader reader = new(properties);
        while (reader.TryRead(out PropertyIdentifier identifier))
        {
            switch (identifier)
            {
                case PropertyIdentifier.AuthenticationMethod:
                    result.HasAuthenticationMethod = true;
                    result.AuthenticationMethod = reader.Data;
                    break;
                case PropertyIdentifier.AuthenticationData:
                    result.HasAuthenticationData = true;
                    result.AuthenticationData = reader.Data;
                    break;
                case PropertyIdentifier.ReasonString:
                    result.ReasonString = reader.Data;
                    break;
            }
        }

        return result;
    }
}
