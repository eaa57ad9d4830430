// The properties of CONNACK by name, with the defaults of the specification for the absent ones.
// For the client's side: bridges, load tools and tests.
namespace FastMqtt.Protocol;

public ref struct ConnackProperties
{
    public bool HasSessionExpiryInterval { get; private set; }

    public uint SessionExpiryInterval { get; private set; }

    public ushort ReceiveMaximum { get; private set; }

    public QualityOfService MaximumQoS { get; private set; }

    public bool RetainAvailable { get; private set; }

    // 0: none.
    public uint MaximumPacketSize { get; private set; }

    public ReadOnlySpan<byte> AssignedClientIdentifier { get; private set; }

    public ushort TopicAliasMaximum { get; private set; }

    public ReadOnlySpan<byte> ReasonString { get; private set; }

    public bool WildcardSubscriptionAvailable { get; private set; }

    public bool SubscriptionIdentifierAvailable { get; private set; }

    public bool SharedSubscriptionAvailable { get; private set; }

    public bool HasServerKeepAlive { get; private set; }

    public ushort ServerKeepAlive { get; private set; }

    public ReadOnlySpan<byte> ResponseInformation { get; private set; }

    public ReadOnlySpan<byte> ServerReference { get; private set; }

    public ReadOnlySpan<byte> AuthenticationMethod { get; private set; }

    public ReadOnlySpan<byte> AuthenticationData { get; private set; }

    public static ConnackProperties From(ReadOnlySpan<byte> properties)
    {
        ConnackProperties result = new()
        {
            ReceiveMaximum = ConnectProperties.DefaultReceiveMaximum,
            MaximumQoS = QualityOfService.ExactlyOnce,
            RetainAvailable = true,
            WildcardSubscriptionAvailable = true,
            SubscriptionIdentifierAvailable = true,
            SharedSubscriptionAvailable = true,
        };
        PropertyReader reader = new(properties);
        while (reader.TryRead(out PropertyIdentifier identifier))
        {
            result.TakeInteger(identifier, reader.Integer);
            result.TakeData(identifier, reader.Data);
        }

        return result;
    }

    private void TakeInteger(PropertyIdentifier identifier, uint value)
    {
        switch (identifier)
        {
            case PropertyIdentifier.SessionExpiryInterval:
                HasSessionExpiryInterval = true;
                SessionExpiryInterval = value;
                break;
            case PropertyIdentifier.ReceiveMaximum:
                ReceiveMaximum = (ushort)value;
                break;
            case PropertyIdentifier.MaximumQoS:
                MaximumQoS = (QualityOfService)value;
                break;
            case PropertyIdentifier.RetainAvailable:
                RetainAvailable = value != 0;
                break;
            case PropertyIdentifier.MaximumPacketSize:
                MaximumPacketSize = value;
                break;
            case PropertyIdentifier.TopicAliasMaximum:
                TopicAliasMaximum = (ushort)value;
                break;
            case PropertyIdentifier.WildcardSubscriptionAvailable:
                WildcardSubscriptionAvailable = value != 0;
                break;
            case PropertyIdentifier.SubscriptionIdentifierAvailable:
                SubscriptionIdentifierAvailable = value != 0;
                break;
            case PropertyIdentifier.SharedSubscriptionAvailable:
                SharedSubscriptionAvailable = value != 0;
                break;
            case PropertyIdentifier.ServerKeepAlive:
                HasServerKeepAlive = true;
                ServerKeepAlive = (ushort)value;
                break;
        }
    }

    private void TakeData(PropertyIdentifier identifier, ReadOnlySpan<byte> data)
    {
        switch (identifier)
        {
            case PropertyIdentifier.AssignedClientIdentifier:
                AssignedClientIdentifier = data;
                break;
            case PropertyIdentifier.ReasonString:
                ReasonString = data;
                break;
            case PropertyIdentifier.ResponseInformation:
                ResponseInformation = data;
                break;
            case PropertyIdentifier.ServerReference:
                ServerReference = data;
                break;
            case PropertyIdentifier.AuthenticationMethod:
                AuthenticationMethod = data;
                break;
            case PropertyIdentifier.AuthenticationData:
                AuthenticationData = data;
                break;
        }
    }
}
