// Out of descriptors: nobody is dropped, accepting pauses and goes on, and the log says it once.

using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Dispatching;

public sealed class DescriptorExhaustionTests
{
    private const string Warning = "Out of file descriptors: no new connection is accepted until one closes.";

    [Fact]
    public void Who_is_connected_stays_and_who_waits_comes_in_when_one_goes()
    {
        var log = new RecordingLog();
        using var broker = new TestBroker(log: log);
        TestClient first = broker.Connect("first").Subscribe("a");
        TestClient second = broker.Connect("second");
        broker.Network.DescriptorsLeft = 0;
        TestClient waiting = broker.Open();
        waiting.Send(Packets.Connect(ProtocolVersion.Mqtt5, "waiting"));
        broker.AdvanceSeconds(5); // the pauses end, and it is tried again
        waiting.ExpectNothing();
        second.Publish("a", "still here");
        broker.Tick();
        Assert.Equal("still here", first.NextPublish().Text);
        Assert.Equal(Warning, Assert.Single(log.Lines, line => line == Warning));
        second.Disconnect(); // its descriptor is free
        broker.AdvanceSeconds(2);
        Assert.Equal(ReasonCode.Success, waiting.Next(PacketType.Connack).Reason);
        Assert.False(first.IsClosed);
    }

    [Fact]
    public void Descriptors_that_become_free_elsewhere_are_found_after_a_pause()
    {
        using var broker = new TestBroker();
        broker.Network.DescriptorsLeft = 0;
        TestClient waiting = broker.Open();
        waiting.Send(Packets.Connect(ProtocolVersion.Mqtt5, "waiting"));
        broker.Tick();
        broker.Network.DescriptorsLeft = 1;
        broker.AdvanceSeconds(2);
        Assert.Equal(ReasonCode.Success, waiting.Next(PacketType.Connack).Reason);
    }
}
