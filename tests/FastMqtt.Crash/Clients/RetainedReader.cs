// Reads the retained messages of a broker: a clean session, one subscription, until nothing more comes.
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace FastMqtt.Crash.Clients;

internal static class RetainedReader
{
    // The broker answers on loopback in microseconds; this long without anything is the end.
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(60);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    // Topic to payload; null: the broker did not answer in time.
    public static Dictionary<string, byte[]>? Read(IPEndPoint broker, string filter)
    {
        using Link? link = Link.TryOpen(broker);
        if (link is null)
        {
            return null;
        }

        const ProtocolVersion Version = ProtocolVersion.Mqtt311;
        link.Send(Packets.Connect(Version, "retained-reader", cleanStart: true, ushort.MaxValue));
        link.Send(Packets.Subscribe(Version, 1, filter, QualityOfService.AtMostOnce));
        link.Send(Packets.Pingreq());
        link.Flush();
        var found = new Dictionary<string, byte[]>();
        bool isAnswered = false;
        long started = Stopwatch.GetTimestamp();
        while (link.IsOpen && Stopwatch.GetElapsedTime(started) < Timeout)
        {
            if (!link.Socket.Poll(Quiet, SelectMode.SelectRead) && isAnswered)
            {
                link.Send(Packets.Disconnect(Version));
                link.Flush();
                return found;
            }

            link.Receive();
            while (link.TryRead(Version, out FixedHeader header, out ReadOnlySpan<byte> body))
            {
                isAnswered |= header.Type == PacketType.Pingresp;
                if (header.Type == PacketType.Publish
                    && PublishPacket.Read(header, body, Version, out PublishPacket publish) == ReasonCode.Success)
                {
                    found[Encoding.UTF8.GetString(publish.Topic)] = publish.Payload.ToArray();
                }
            }
        }

        return null;
    }
}
