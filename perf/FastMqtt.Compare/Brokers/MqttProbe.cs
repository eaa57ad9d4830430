// Whether a broker answers: CONNECT, CONNACK with code 0, DISCONNECT, as bytes of MQTT 3.1.1 written by hand.
// Called by BrokerProcess and BrokerUnderTest.
using System.Net.Sockets;
using FastMqtt.Compare.Configuration;

namespace FastMqtt.Compare.Brokers;

internal static class MqttProbe
{
    private const int TimeoutMilliseconds = 2000;
    private const byte ConnackType = 0x20;
    private const int ConnackBytes = 4;
    private const int ReturnCodeIndex = 3;

    // Keep Alive 60 s, Clean Session, Client Identifier "cmp".
    private static readonly byte[] Connect =
        [0x10, 0x0F, 0x00, 0x04, (byte)'M', (byte)'Q', (byte)'T', (byte)'T', 0x04, 0x02, 0x00, 0x3C, 0x00, 0x03,
            (byte)'c', (byte)'m', (byte)'p'];

    private static readonly byte[] Disconnect = [0xE0, 0x00];

    public static bool Answers(BrokerAddress address)
    {
        try
        {
            using var client = new TcpClient();
            if (!client.ConnectAsync(address.Host, address.Port).Wait(TimeoutMilliseconds))
            {
                return false;
            }

            using NetworkStream stream = client.GetStream();
            stream.ReadTimeout = TimeoutMilliseconds;
            stream.Write(Connect);
            byte[] answer = new byte[ConnackBytes];
            stream.ReadExactly(answer);
            stream.Write(Disconnect);
            return answer[0] == ConnackType && answer[ReturnCodeIndex] == 0;
        }
        catch (Exception failure) when (failure is SocketException or IOException or AggregateException)
        {
            return false;
        }
    }
}
