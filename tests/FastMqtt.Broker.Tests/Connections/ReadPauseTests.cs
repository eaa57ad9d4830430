// A publisher that does not read its acknowledgements is not read either: they must not pile up in the broker.

using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Connections;

public sealed class ReadPauseTests
{
    private const int PerBlock = 50_000;
    private const int Blocks = 8;

    private static readonly byte[] Block =
    [
        .. Enumerable.Range(1, PerBlock)
            .SelectMany(id => Packets.Publish(ProtocolVersion.Mqtt311, "t", [], 1, (ushort)id)),
    ];

    [Fact]
    public void A_publisher_that_does_not_read_its_acknowledgements_is_paused_and_resumed()
    {
        using var broker = new TestBroker();
        TestClient other = broker.Connect().Subscribe("other", 1);
        TestClient publisher = broker.Connect(version: ProtocolVersion.Mqtt311);
        publisher.Socket.SendRoom = 0;
        for (int i = 0; i < Blocks; i++)
        {
            publisher.Send(Block);
        }

        broker.Tick();
        int pending = broker.FindSession(publisher.Identifier)!.Client!.Connection.PendingBytes;
        Assert.InRange(pending, Limits.ReadPauseBytes, Limits.ReadPauseBytes + (256 << 10));
        Assert.NotEqual(0, publisher.Socket.UnreceivedBytes);

        other.Publish("other", "served", qos: 0);
        Assert.Equal(["served"], other.ReadTexts());

        int acknowledged = 0;
        while (acknowledged < Blocks * PerBlock)
        {
            publisher.Socket.SendRoom = 300_001;
            broker.Tick();
            int whole = publisher.Socket.Unread.Length / 4;
            Assert.NotEqual(0, whole);
            for (int i = 0; i < whole; i++)
            {
                int id = (acknowledged++ % PerBlock) + 1;
                Assert.True(publisher.Socket.Unread.Slice(i * 4, 4).SequenceEqual(Packets.Puback((ushort)id)));
            }

            publisher.Socket.Skip(whole * 4);
        }

        Assert.Equal(0, publisher.Socket.UnreceivedBytes);
        Assert.Equal(0, broker.RentedBytes);
    }

    [Fact]
    public void A_paused_publisher_that_breaks_is_noticed_and_its_memory_returns()
    {
        using var broker = new TestBroker();
        TestClient watcher = broker.Connect().Subscribe("will");
        TestClient publisher = broker.Connect(version: ProtocolVersion.Mqtt311, will: new Will("will", "gone"));
        publisher.Socket.SendRoom = 0;
        for (int i = 0; i < Blocks; i++)
        {
            publisher.Send(Block);
        }

        broker.Tick();
        publisher.Reset();
        Assert.Equal(["gone"], watcher.ReadTexts());
        Assert.Equal(0, broker.RentedBytes);
    }
}
