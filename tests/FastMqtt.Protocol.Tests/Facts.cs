// Renders a decoded packet as one line of text: what the golden table states and the round trips compare.
// Strings are shown as text, binaries as hex, absent parts not at all.
using System.Globalization;
using System.Text;

namespace FastMqtt.Protocol.Tests;

internal static class Facts
{
    public static string Of(in ConnectPacket packet)
    {
        StringBuilder text = new();
        Append(text, $"CONNECT {packet.Version} clean={Bit(packet.CleanStart)} keep={packet.KeepAlive}");
        Append(text, $" id={Quote(packet.ClientIdentifier)}{Properties(packet.Properties)}");
        if (packet.HasWill)
        {
            Append(text, $" will=(qos={(int)packet.WillQoS} retain={Bit(packet.WillRetain)}");
            Append(text, $"{Properties(packet.WillProperties)} topic={Quote(packet.WillTopic)}");
            Append(text, $" payload={Convert.ToHexString(packet.WillPayload)})");
        }

        if (packet.HasUserName)
        {
            Append(text, $" user={Quote(packet.UserName)}");
        }

        if (packet.HasPassword)
        {
            Append(text, $" pass={Convert.ToHexString(packet.Password)}");
        }

        return text.ToString();
    }

    public static string Of(in ConnackPacket packet) =>
        $"CONNACK present={Bit(packet.SessionPresent)}{Code(packet.ReasonCode)}{Properties(packet.Properties)}";

    public static string Of(in PublishPacket packet)
    {
        string identifier = packet.QoS == QualityOfService.AtMostOnce
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $" id={packet.PacketIdentifier}");
        return $"PUBLISH dup={Bit(packet.Duplicate)} qos={(int)packet.QoS} retain={Bit(packet.Retain)}"
            + $" topic={Quote(packet.Topic)}{identifier}{Properties(packet.Properties)}"
            + $" payload={Convert.ToHexString(packet.Payload)}";
    }

    public static string Of(in AcknowledgementPacket packet)
    {
        string name = packet.Type.ToString().ToUpperInvariant();
        return $"{name} id={packet.PacketIdentifier}{Code(packet.ReasonCode)}{Properties(packet.Properties)}";
    }

    public static string Of(in SubscribePacket packet)
    {
        StringBuilder text = new();
        Append(text, $"SUBSCRIBE id={packet.PacketIdentifier}{Properties(packet.Properties)}");
        TopicFilterReader reader = new(packet.Payload);
        while (reader.TryRead(out ReadOnlySpan<byte> filter, out SubscriptionOptions options))
        {
            Append(text, $" {Quote(filter)}=0x{options.Value:X2}");
        }

        return text.ToString();
    }

    public static string Of(in SubackPacket packet) =>
        $"SUBACK id={packet.PacketIdentifier}{Properties(packet.Properties)}"
        + $" codes={Convert.ToHexString(packet.ReasonCodes)}";

    public static string Of(in UnsubscribePacket packet)
    {
        StringBuilder text = new();
        Append(text, $"UNSUBSCRIBE id={packet.PacketIdentifier}{Properties(packet.Properties)}");
        TopicFilterReader reader = new(packet.Payload);
        while (reader.TryRead(out ReadOnlySpan<byte> filter))
        {
            Append(text, $" {Quote(filter)}");
        }

        return text.ToString();
    }

    public static string Of(in UnsubackPacket packet) =>
        $"UNSUBACK id={packet.PacketIdentifier}{Properties(packet.Properties)}"
        + $" codes={Convert.ToHexString(packet.ReasonCodes)}";

    public static string Of(in DisconnectPacket packet) =>
        $"DISCONNECT{Code(packet.ReasonCode)}{Properties(packet.Properties)}";

    public static string Of(in AuthPacket packet) =>
        $"AUTH{Code(packet.ReasonCode)}{Properties(packet.Properties)}";

    private static string Properties(ReadOnlySpan<byte> properties)
    {
        if (properties.IsEmpty)
        {
            return "";
        }

        StringBuilder text = new();
        PropertyReader reader = new(properties);
        while (reader.TryRead(out PropertyIdentifier identifier))
        {
            Append(text, $"{(text.Length == 0 ? "" : " ")}{identifier}=");
            Append(text, $"{Value(PropertyTypes.Of(identifier), in reader)}");
        }

        return $" props=[{text}]";
    }

    private static string Value(PropertyType type, ref readonly PropertyReader reader) => type switch
    {
        PropertyType.Text => Quote(reader.Data),
        PropertyType.Binary => Convert.ToHexString(reader.Data),
        PropertyType.TextPair => $"{Quote(reader.Name)}:{Quote(reader.Data)}",
        _ => reader.Integer.ToString(CultureInfo.InvariantCulture),
    };

    private static void Append(StringBuilder text, FormattableString part) =>
        text.Append(part.ToString(CultureInfo.InvariantCulture));

    private static int Bit(bool value) => value ? 1 : 0;

    private static string Code(ReasonCode code) =>
        string.Create(CultureInfo.InvariantCulture, $" code=0x{(byte)code:X2}");

    private static string Quote(ReadOnlySpan<byte> text) => $"\"{Encoding.UTF8.GetString(text)}\"";
}
