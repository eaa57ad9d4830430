// Asks a broker whether it serves clients: a clean session that ends at once.
using System.Net;
using System.Net.Sockets;

namespace FastMqtt.Crash.Clients;

internal static class Probe
{
    public static bool Answers(IPEndPoint broker, TimeSpan patience)
    {
        using Link? link = Link.TryOpen(broker);
        if (link is null)
        {
            return false;
        }

        link.Send(Packets.Connect(ProtocolVersion.Mqtt311, "probe", cleanStart: true, ushort.MaxValue));
        link.Flush();
        if (!link.Socket.Poll(patience, SelectMode.SelectRead))
        {
            return false;
        }

        link.Receive();
        bool isAnswered = link.TryRead(ProtocolVersion.Mqtt311, out FixedHeader header, out _)
            && header.Type == PacketType.Connack;
        link.Send(Packets.Disconnect(ProtocolVersion.Mqtt311));
        link.Flush();
        return isAnswered;
    }
}
