// A dispatcher that faults: its host is told, the others and the stop are not held up. The fault is the logger's here;
// what it is does not matter. Over real sockets, because the threads are what is tested.

using System.Net;
using System.Net.Sockets;
using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace FastMqtt.Broker.Tests.Dispatching;

public sealed class FaultTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_fault_is_reported_and_the_broker_can_be_stopped(int dispatchers)
    {
        using var logger = new FaultyLogger { IsFaulty = true };
        await using MqttBroker broker = MqttBroker.Start(Options(dispatchers), logger);
        using var client = new TcpClient();
        await client.ConnectAsync((IPEndPoint)broker.EndPoints[0], TestContext.Current.CancellationToken);
        byte[] connect = Packets.Connect(ProtocolVersion.Mqtt5, "any", true, 0, null, null);
        await client.GetStream().WriteAsync(connect, TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => broker.Failed.WaitAsync(Limit, TestContext.Current.CancellationToken));
        await broker.StopAsync(TimeSpan.FromSeconds(1)).WaitAsync(Limit, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Whoever_stops_second_waits_for_the_end_too()
    {
        await using MqttBroker broker = MqttBroker.Start(Options(2), NullLoggerFactory.Instance);
        Task first = broker.StopAsync(TimeSpan.FromSeconds(1));
        await broker.StopAsync(TimeSpan.FromSeconds(1)).WaitAsync(Limit, TestContext.Current.CancellationToken);
        await first.WaitAsync(Limit, TestContext.Current.CancellationToken);
        using var late = new TcpClient();
        var endPoint = (IPEndPoint)broker.EndPoints[0];
        await Assert.ThrowsAsync<SocketException>(
            async () => await late.ConnectAsync(endPoint, TestContext.Current.CancellationToken));
    }

    private static BrokerOptions Options(int dispatchers) => new()
    {
        Dispatchers = dispatchers,
        Listeners = { new ListenerOptions { EndPoint = new(IPAddress.Loopback, 0), AllowAnonymous = true } },
    };
}
