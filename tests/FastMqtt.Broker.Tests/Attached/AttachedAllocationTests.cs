// Once warm, a message from an attached client to an attached client costs no managed byte on the dispatcher's thread.

using System.Buffers;
using System.IO.Pipelines;
using FastMqtt.Broker.Tests.Allocation;
using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Attached;

#pragma warning disable CA2012 // a task made of the flush would be an allocation

[Collection(nameof(RunsAlone))]
public sealed class AttachedAllocationTests
{
    private const int Messages = 10_000;
    private const int Attempts = 3;

    [Theory]
    [InlineData(64)]
    [InlineData(20_000)]
    public void Ten_thousand_messages_allocate_nothing(int payload)
    {
        using var broker = new TestBroker();
        AttachedClient subscriber = AttachedClient.Connect(broker);
        subscriber.Subscribe("t");
        AttachedClient publisher = AttachedClient.Connect(broker);
        byte[] publish = Packets.Publish(ProtocolVersion.Mqtt5, "t", new byte[payload]);
        Run(broker, publisher, subscriber, publish);
        long least = long.MaxValue;
        for (int i = 0; i < Attempts && least > 0; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            long taken = Run(broker, publisher, subscriber, publish);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.Equal((long)Messages * publish.Length, taken);
        }

        Assert.Equal(0, least);
    }

    private static long Run(TestBroker broker, AttachedClient publisher, AttachedClient subscriber, byte[] publish)
    {
        long taken = 0;
        for (int i = 0; i < Messages; i++)
        {
            publisher.Edge.Output.Write(publish);
            Assert.True(publisher.Edge.Output.FlushAsync(CancellationToken.None).IsCompleted);
            broker.Tick();
            if (subscriber.Edge.Input.TryRead(out ReadResult result))
            {
                taken += result.Buffer.Length;
                subscriber.Edge.Input.AdvanceTo(result.Buffer.End);
            }
        }

        return taken;
    }
}
