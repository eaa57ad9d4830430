// Generators for the property tests: packets of every kind and version with random legal fields and properties.
using System.Text;
using CsCheck;

namespace FastMqtt.Protocol.Tests;

internal static class PacketModels
{
    private static readonly Gen<byte[]> Text = Gen.Char.Array[0, 12].Select(Utf8).Where(text => Utf8Text.IsValid(text));

    private static readonly Gen<byte[]> Binary = Gen.Byte.Array[0, 200];

    public static readonly Gen<PacketModel> Any =
        from version in Gen.OneOf(ProtocolVersion.Mqtt31, ProtocolVersion.Mqtt311, ProtocolVersion.Mqtt5)
        from type in Gen.Int[1, version == ProtocolVersion.Mqtt5 ? 15 : 14]
        from flagA in Gen.Bool
        from flagB in Gen.Bool
        from choice in Gen.Int[0, 1_000]
        from number in Gen.UShort
        from textA in Text
        from textB in Text
        from data in Binary
        from properties in PropertiesOf(version, AllowedFor((PacketType)type))
        from willProperties in PropertiesOf(version, AllowedProperties.Will)
        select new PacketModel(
            (PacketType)type, version, flagA, flagB, choice, number, textA, textB, data, properties, willProperties);

    private static Gen<byte[]> PropertiesOf(ProtocolVersion version, ulong allowed) =>
        version != ProtocolVersion.Mqtt5
            ? Gen.Const(Array.Empty<byte>())
            : Gen.Select(Gen.ULong, Gen.UInt, Text, Text, Binary)
                .Select((chosen, integer, first, second, data) =>
                    Build(allowed & chosen, integer, first, second, data));

    // One property for each bit of chosen, the user property twice.
    private static byte[] Build(ulong chosen, uint integer, byte[] first, byte[] second, byte[] data)
    {
        byte[] destination = new byte[4_096];
        PropertyWriter writer = new(destination);
        ulong authentication = 1UL << (int)PropertyIdentifier.AuthenticationMethod;
        foreach (PropertyIdentifier identifier in Enum.GetValues<PropertyIdentifier>())
        {
            bool lacksMethod = identifier == PropertyIdentifier.AuthenticationData && (chosen & authentication) == 0;
            if (!AllowedProperties.Contains(chosen, identifier) || lacksMethod)
            {
                continue;
            }

            switch (PropertyTypes.Of(identifier))
            {
                case PropertyType.Byte:
                    writer.Write(identifier, integer & 1);
                    break;
                case PropertyType.TwoByteInteger:
                    writer.Write(identifier, Math.Max(1, integer & ushort.MaxValue));
                    break;
                case PropertyType.FourByteInteger:
                    writer.Write(identifier, Math.Max(1, integer));
                    break;
                case PropertyType.VariableByteInteger:
                    writer.Write(identifier, Math.Max(1, integer & VariableByteInteger.MaximumValue));
                    break;
                case PropertyType.TextPair:
                    writer.WriteUserProperty(first, second);
                    writer.WriteUserProperty(second, first);
                    break;
                case PropertyType.Text when identifier == PropertyIdentifier.ResponseTopic:
                    writer.Write(identifier, "response/topic"u8);
                    break;
                case PropertyType.Text:
                    writer.Write(identifier, first);
                    break;
                default:
                    writer.Write(identifier, data);
                    break;
            }
        }

        return writer.Written.ToArray();
    }

    private static ulong AllowedFor(PacketType type) => type switch
    {
        PacketType.Connect => AllowedProperties.Connect,
        PacketType.Connack => AllowedProperties.Connack,
        PacketType.Publish => AllowedProperties.Publish,
        PacketType.Subscribe => AllowedProperties.Subscribe,
        PacketType.Suback => AllowedProperties.Suback,
        PacketType.Unsubscribe => AllowedProperties.Unsubscribe,
        PacketType.Unsuback => AllowedProperties.Unsuback,
        PacketType.Disconnect => AllowedProperties.Disconnect,
        PacketType.Auth => AllowedProperties.Auth,
        PacketType.Pingreq or PacketType.Pingresp => 0,
        _ => AllowedProperties.Acknowledgement,
    };

    private static byte[] Utf8(char[] characters) =>
        Encoding.UTF8.GetBytes([.. characters.Where(character => !char.IsSurrogate(character) && character != '\0')]);
}
