// A PUBLISH as it came from the broker, decoded by hand.

using System.Text;

namespace FastMqtt.Conformance.Tests.Harness;

internal sealed class Delivery
{
    public Delivery(int version, Received packet)
    {
        Assert.Equal(3, packet.Type);
        Packet = packet;
        byte[] body = packet.Body;
        int position = 2 + ((body[0] << 8) | body[1]);
        TopicBytes = body[2..position];
        if (QoS > 0)
        {
            Identifier = (body[position] << 8) | body[position + 1];
            position += 2;
            Assert.NotEqual(0, Identifier); // [MQTT-2.2.1-4] [MQTT3-2.3.1-1]
        }

        if (version == 5)
        {
            Properties = PropertyList.Read(body, position);
            position += Properties.Length;
        }

        PayloadBytes = body[position..];
        Assert.NotEqual(3, QoS);
    }

    public Received Packet { get; }

    public bool Duplicate => (Packet.Flags & 8) != 0;

    public int QoS => (Packet.Flags >> 1) & 3;

    public bool Retain => (Packet.Flags & 1) != 0;

    public byte[] TopicBytes { get; }

    public string Topic => Encoding.UTF8.GetString(TopicBytes);

    public int Identifier { get; }

    public PropertyList Properties { get; } = PropertyList.Empty;

    public byte[] PayloadBytes { get; }

    public string Payload => Encoding.UTF8.GetString(PayloadBytes);
}
