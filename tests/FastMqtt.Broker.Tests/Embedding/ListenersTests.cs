// Listeners that come and go while the broker runs.

using System.Net;
using System.Net.Sockets;
using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Broker.Tests.Sockets;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Embedding;

public sealed class ListenersTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_listener_that_is_added_serves_and_has_the_port_it_got()
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync(EmbeddedBroker.Loopback());
        BrokerListener added = await broker.Broker.AddListenerAsync(EmbeddedBroker.Loopback(), Cancelled);
        Assert.Equal(2, broker.Broker.Listeners.Count);
        Assert.Equal(2, broker.Broker.EndPoints.Count);
        Assert.Same(added, broker.Broker.Listeners[1]);
        EndPoint bound = Assert.Single(added.EndPoints);
        Assert.NotEqual(0, ((IPEndPoint)bound).Port);
        using WireClient client = await WireClient.ConnectAsync(bound, "c");
        Assert.Equal(1, added.Connections);
    }

    [Fact]
    public async Task A_listener_that_is_removed_frees_its_port_and_keeps_its_clients()
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync(EmbeddedBroker.Loopback());
        for (int i = 0; i < 20; i++)
        {
            BrokerListener added = await broker.Broker.AddListenerAsync(EmbeddedBroker.Loopback(), Cancelled);
            var bound = (IPEndPoint)added.EndPoints[0];
            using WireClient client = await WireClient.ConnectAsync(bound, "c");
            await broker.Broker.RemoveListenerAsync(added);
            await broker.Broker.RemoveListenerAsync(added);
            Assert.DoesNotContain(added, broker.Broker.Listeners);
            await Assert.ThrowsAsync<SocketException>(() => WireClient.OpenAsync(bound));
            await client.SendAsync(Packets.Pingreq);
            Assert.Equal("D000", Convert.ToHexString(await client.ReceiveAsync(2)));
            using var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            other.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            other.Bind(bound);
        }

        using WireClient first = await WireClient.ConnectAsync(broker.Broker.EndPoints[0], "first");
    }

    [Fact]
    public async Task Clients_of_a_removed_listener_are_told_when_that_is_asked_for()
    {
        // [MQTT-4.13.1-1]
        await using EmbeddedBroker broker =
            await EmbeddedBroker.StartAsync(EmbeddedBroker.Loopback(), EmbeddedBroker.Loopback());
        using WireClient stays = await WireClient.ConnectAsync(broker.Broker.EndPoints[0], "stays");
        using WireClient goes = await WireClient.OpenAsync(broker.Broker.EndPoints[1]);
        await goes.SendAsync(Packets.Connect(ProtocolVersion.Mqtt5, "goes"));
        byte[] head = await goes.ReceiveAsync(2);
        await goes.ReceiveAsync(head[1]);
        await broker.Broker.RemoveListenerAsync(broker.Broker.Listeners[1], ReasonCode.AdministrativeAction);
        byte[] told = await goes.ReceiveAsync(100);
        Assert.Equal(0xE0, told[0]);
        Assert.Equal((byte)ReasonCode.AdministrativeAction, told[2]);
        await stays.SendAsync(Packets.Pingreq);
        Assert.Equal("D000", Convert.ToHexString(await stays.ReceiveAsync(2)));
    }

    [Fact]
    public async Task The_file_of_a_unix_socket_goes_with_its_listener()
    {
        string folder = Directory.CreateTempSubdirectory("unix").FullName;
        string path = Path.Combine(folder, "broker.sock");
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync();
        BrokerListener added = await broker.Broker.AddListenerAsync(
            new ListenerOptions { UnixSocketPath = path, AllowAnonymous = true }, Cancelled);
        using WireClient client = await WireClient.ConnectAsync(added.EndPoints[0], "c");
        await broker.Broker.RemoveListenerAsync(added);
        Assert.False(File.Exists(path));
        Directory.Delete(folder);
    }

    [Fact]
    public async Task A_listener_that_cannot_be_bound_changes_nothing()
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync(EmbeddedBroker.Loopback());
        int taken = ((IPEndPoint)broker.Broker.EndPoints[0]).Port;
        SocketException failure = await Assert.ThrowsAsync<SocketException>(
            () => broker.Broker.AddListenerAsync(EmbeddedBroker.Loopback(taken), Cancelled));
        Assert.Contains($"127.0.0.1:{taken}", failure.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => broker.Broker.AddListenerAsync(new ListenerOptions { MountPoint = "a/#" }, Cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => broker.Broker.AddListenerAsync(EmbeddedBroker.Loopback(), new CancellationToken(true)));
        Assert.Single(broker.Broker.Listeners);
    }

    [Fact]
    public async Task A_broker_that_stops_takes_no_listener()
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync(EmbeddedBroker.Loopback());
        BrokerListener running = broker.Broker.Listeners[0];
        await broker.Broker.StopAsync(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<ObjectDisposedException>(
            () => broker.Broker.AddListenerAsync(EmbeddedBroker.Loopback(), Cancelled));
        await broker.Broker.RemoveListenerAsync(running);
    }

    [Fact]
    public async Task Options_are_copied_and_replaced_as_a_whole()
    {
        ListenerOptions given = EmbeddedBroker.Loopback();
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync(given);
        given.AllowAnonymous = false;
        BrokerListener listener = broker.Broker.Listeners[0];
        using WireClient client = await WireClient.ConnectAsync(listener.EndPoints[0], "before");
        listener.Options.AllowAnonymous = false;
        Assert.True(listener.Options.AllowAnonymous);
        listener.Options = given;
        using WireClient refused = await WireClient.OpenAsync(listener.EndPoints[0]);
        await refused.SendAsync(Packets.Connect(ProtocolVersion.Mqtt311, "after"));
        Assert.Equal("20020005", Convert.ToHexString(await refused.ReceiveAsync(4)));
    }
}
