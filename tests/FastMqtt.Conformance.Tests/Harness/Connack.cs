// A CONNACK as it came from the broker, decoded by hand.

namespace FastMqtt.Conformance.Tests.Harness;

internal sealed class Connack
{
    public Connack(int version, Received packet)
    {
        Assert.Equal(0x20, packet.Bytes[0]);
        Packet = packet;
        Assert.Equal(0, packet.Body[0] & 0xFE); // [MQTT-3.2.2-1]
        if (version == 5)
        {
            Properties = PropertyList.Read(packet.Body, 2);
            Assert.Equal(packet.Body.Length, 2 + Properties.Length);
        }
        else
        {
            Assert.Equal(2, packet.Body.Length);
        }
    }

    public Received Packet { get; }

    public bool SessionPresent => (Packet.Body[0] & 1) != 0;

    public int Reason => Packet.Body[1];

    public PropertyList Properties { get; } = PropertyList.Empty;
}
