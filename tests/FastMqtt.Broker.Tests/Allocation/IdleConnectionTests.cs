// What an idle connection costs in managed memory, with its session and one subscription. Counted as what goes when the
// broker goes and the scripted network stays; the slope between two numbers of connections, so that nothing that is
// there once counts.

using System.Runtime.CompilerServices;
using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Broker.Tests.Scripted;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Allocation;

[Collection(nameof(RunsAlone))]
public sealed class IdleConnectionTests(ITestOutputHelper output)
{
    private const int Few = 1_000;
    private const int Many = 4_000;

    [Theory]
    [InlineData(ProtocolVersion.Mqtt311, 648)]
    [InlineData(ProtocolVersion.Mqtt5, 680)]
    public void An_idle_connection_stays_small(ProtocolVersion version, int bytesMax)
    {
        double bytes = Math.Min(Slope(version), Math.Min(Slope(version), Slope(version)));
        output.WriteLine($"{bytes:F0} bytes");
        Assert.InRange(bytes, 100, bytesMax);
    }

    // What the runtime itself keeps or gives back in between only ever adds to one of several.
    private static double Slope(ProtocolVersion version) =>
        (BytesOf(Many, version) - BytesOf(Few, version)) / (double)(Many - Few);

    private static long BytesOf(int connections, ProtocolVersion version)
    {
        object network = Connect(connections, version, out StrongBox<object?> broker);
        long with = GC.GetTotalMemory(forceFullCollection: true);
        broker.Value = null;
        long without = GC.GetTotalMemory(forceFullCollection: true);
        GC.KeepAlive(network);
        return with - without;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static object Connect(int connections, ProtocolVersion version, out StrongBox<object?> holder)
    {
        var broker = new TestBroker();
        for (int i = 0; i < connections; i++)
        {
            broker.Connect($"c{i:D8}", version, keepAlive: 60).Subscribe($"s/{i}");
        }

        holder = new StrongBox<object?>(broker.State);
        return (broker.Network, broker.Pollers);
    }
}
