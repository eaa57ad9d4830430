// Which property has which data type: the one table that PropertyReader, PropertyWriter and AllowedProperties share.
// An identifier that is not in 5.0 has the type None.
namespace FastMqtt.Protocol;

internal static class PropertyTypes
{
    public static PropertyType Of(PropertyIdentifier identifier) => identifier switch
    {
        PropertyIdentifier.PayloadFormatIndicator
            or PropertyIdentifier.RequestProblemInformation
            or PropertyIdentifier.RequestResponseInformation
            or PropertyIdentifier.MaximumQoS
            or PropertyIdentifier.RetainAvailable
            or PropertyIdentifier.WildcardSubscriptionAvailable
            or PropertyIdentifier.SubscriptionIdentifierAvailable
            or PropertyIdentifier.SharedSubscriptionAvailable => PropertyType.Byte,
        PropertyIdentifier.ServerKeepAlive
            or PropertyIdentifier.ReceiveMaximum
            or PropertyIdentifier.TopicAliasMaximum
            or PropertyIdentifier.TopicAlias => PropertyType.TwoByteInteger,
        PropertyIdentifier.MessageExpiryInterval
            or PropertyIdentifier.SessionExpiryInterval
            or PropertyIdentifier.WillDelayInterval
            or PropertyIdentifier.MaximumPacketSize => PropertyType.FourByteInteger,
        PropertyIdentifier.SubscriptionIdentifier => PropertyType.VariableByteInteger,
        PropertyIdentifier.ContentType
            or PropertyIdentifier.ResponseTopic
            or PropertyIdentifier.AssignedClientIdentifier
            or PropertyIdentifier.AuthenticationMethod
            or PropertyIdentifier.ResponseInformation
            or PropertyIdentifier.ServerReference
            or PropertyIdentifier.ReasonString => PropertyType.Text,
        PropertyIdentifier.CorrelationData
            or PropertyIdentifier.AuthenticationData => PropertyType.Binary,
        PropertyIdentifier.UserProperty => PropertyType.TextPair,
        _ => PropertyType.None,
    };
}
