// MQTT 5.0 properties by hand, one builder for each identifier a client may send, and the plain shapes for illegal
// ones.

namespace FastMqtt.Conformance.Tests.Harness;

internal static class Property
{
    public static byte[] PayloadFormatIndicator(int value) => Byte(0x01, value);

    public static byte[] MessageExpiryInterval(uint seconds) => Int(0x02, seconds);

    public static byte[] ContentType(string text) => Text(0x03, text);

    public static byte[] ResponseTopic(string topic) => Text(0x08, topic);

    public static byte[] CorrelationData(params byte[] data) => [0x09, .. Wire.Binary(data)];

    public static byte[] SubscriptionIdentifier(int value) => [0x0B, .. Wire.Variable(value)];

    public static byte[] SessionExpiryInterval(uint seconds) => Int(0x11, seconds);

    public static byte[] AuthenticationMethod(string method) => Text(0x15, method);

    public static byte[] AuthenticationData(params byte[] data) => [0x16, .. Wire.Binary(data)];

    public static byte[] RequestProblemInformation(int value) => Byte(0x17, value);

    public static byte[] WillDelayInterval(uint seconds) => Int(0x18, seconds);

    public static byte[] RequestResponseInformation(int value) => Byte(0x19, value);

    public static byte[] ReceiveMaximum(int value) => Short(0x21, value);

    public static byte[] TopicAliasMaximum(int value) => Short(0x22, value);

    public static byte[] TopicAlias(int value) => Short(0x23, value);

    public static byte[] UserProperty(string name, string value) => [0x26, .. Wire.Text(name), .. Wire.Text(value)];

    public static byte[] MaximumPacketSize(uint bytes) => Int(0x27, bytes);

    public static byte[] Byte(int identifier, int value) => [(byte)identifier, (byte)value];

    public static byte[] Short(int identifier, int value) => [(byte)identifier, .. Wire.Short(value)];

    public static byte[] Int(int identifier, uint value) => [(byte)identifier, .. Wire.Int(value)];

    public static byte[] Text(int identifier, string text) => [(byte)identifier, .. Wire.Text(text)];
}
