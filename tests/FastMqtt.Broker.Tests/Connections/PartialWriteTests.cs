// A socket takes what it likes of a send. Whatever it takes, the client must see the same bytes in the same order.

using System.Text;
using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Connections;

public sealed class PartialWriteTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(7)]
    [InlineData(64)]
    [InlineData(511)]
    [InlineData(512)]
    [InlineData(513)]
    [InlineData(1_000)]
    [InlineData(4_096)]
    [InlineData(65_537)]
    public void A_socket_that_takes_a_few_bytes_at_a_time_gets_the_same_bytes(int room)
    {
        using var broker = new TestBroker();
        TestClient publisher = broker.Connect();
        TestClient free = broker.Connect().Subscribe("t/#");
        TestClient slow = broker.Connect().Subscribe("t/#");
        slow.Socket.SendRoom = room;
        for (int i = 0; i < 12; i++)
        {
            publisher.Send($"t/{i}", new string((char)('a' + i), Limits.ReferencePayloadBytes * (i % 3)));
        }

        broker.Tick();
        byte[] expected = free.Socket.Read();
        List<byte> got = [.. slow.Socket.Read()];
        while (got.Count < expected.Length)
        {
            Assert.True(got.Count % room == 0, "the socket had room and was not written to");
            slow.Socket.SendRoom = room;
            broker.Tick();
            got.AddRange(slow.Socket.Read());
        }

        Assert.Equal(expected, got);
        Assert.Equal(0, broker.RentedBytes);
    }

    [Fact]
    public void Messages_that_come_between_two_pieces_stay_behind_them()
    {
        using var broker = new TestBroker();
        TestClient publisher = broker.Connect();
        TestClient slow = broker.Connect().Subscribe("#");
        slow.Socket.SendRoom = 3;
        for (int i = 0; i < 50; i++)
        {
            publisher.Publish("t", $"{i}");
            slow.Socket.SendRoom = 3;
            broker.Tick();
        }

        slow.Socket.SendRoom = int.MaxValue;
        broker.Tick();
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"{i}"), slow.ReadTexts());
    }

    [Fact]
    public void A_blocked_connection_is_not_written_to_until_it_is_writable()
    {
        using var broker = new TestBroker();
        TestClient publisher = broker.Connect();
        TestClient slow = broker.Connect().Subscribe("#");
        slow.Socket.SendRoom = 0;
        publisher.Publish("t", "1");
        int calls = slow.Socket.SendCalls;
        publisher.Publish("t", "2");
        publisher.Publish("t", "3");
        Assert.Equal(calls, slow.Socket.SendCalls);
        slow.Socket.SendRoom = int.MaxValue;
        broker.Tick();
        Assert.Equal(calls + 1, slow.Socket.SendCalls);
        Assert.Equal(["1", "2", "3"], slow.ReadTexts());
    }

    [Fact]
    public void Everything_of_one_tick_goes_out_with_one_send()
    {
        using var broker = new TestBroker();
        TestClient publisher = broker.Connect();
        TestClient subscriber = broker.Connect().Subscribe("#");
        int calls = subscriber.Socket.SendCalls;
        for (int i = 0; i < 100; i++)
        {
            publisher.Send("t", "x", qos: 1);
        }

        int acknowledged = publisher.Socket.SendCalls;
        broker.Tick();
        Assert.Equal(calls + 1, subscriber.Socket.SendCalls);
        Assert.Equal(acknowledged + 1, publisher.Socket.SendCalls);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void Input_in_pieces_is_the_same_as_input_at_once(int piece)
    {
        using var broker = new TestBroker();
        TestClient subscriber = broker.Connect().Subscribe("#", 2);
        TestClient publisher = broker.Open();
        publisher.Socket.ReceiveLimit = piece;
        publisher.Send(Packets.Connect(ProtocolVersion.Mqtt5, "p"));
        string large = new('x', 9_000);
        publisher.Send("a", "0");
        publisher.Send("b", large, qos: 1);
        publisher.Send("c", "2", qos: 2);
        publisher.Send(Packets.Pubrel(2)).Send(Packets.Pingreq);
        broker.Tick();
        Assert.Equal(
            [PacketType.Connack, PacketType.Puback, PacketType.Pubrec, PacketType.Pubcomp, PacketType.Pingresp],
            publisher.Read().Select(packet => packet.Type));
        Assert.Equal(["0", large, "2"], subscriber.ReadTexts());
        Assert.True(broker.RentedBytes > 0, "two messages are in flight");
    }

    [Fact]
    public void A_large_frame_in_pieces_arrives_whole_and_its_memory_returns()
    {
        using var broker = new TestBroker();
        TestClient subscriber = broker.Connect().Subscribe("#");
        TestClient publisher = broker.Connect();
        publisher.Socket.ReceiveLimit = 1_460;
        byte[] payload = new byte[1 << 20];
        new Random(1).NextBytes(payload);
        publisher.Send(Packets.Publish(ProtocolVersion.Mqtt5, "t", payload));
        publisher.Send("t", Encoding.UTF8.GetString("end"u8));
        broker.Tick();
        Assert.Equal(payload, subscriber.NextPublish().Payload);
        Assert.Equal("end", subscriber.NextPublish().Text);
        Assert.Equal(0, broker.RentedBytes);
    }
}
