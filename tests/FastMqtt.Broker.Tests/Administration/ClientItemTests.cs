// What a host keeps with a connection: typed values, from any thread, also when the connection has ended.

using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Administration;

public sealed class ClientItemTests
{
    private static readonly ClientItem<int> Visits = new();
    private static readonly ClientItem<int> Others = new();
    private static readonly ClientItem<string> Room = new();

    [Fact]
    public async Task Values_are_kept_by_kind_and_type()
    {
        using var broker = new TestBroker();
        ClientConnection client = await ConnectAsync(broker, "c");
        Assert.False(Visits.TryGet(client, out _));
        Visits.Set(client, 1);
        Others.Set(client, 2);
        Room.Set(client, "kitchen");
        Visits.Set(client, 3);
        Assert.True(Visits.TryGet(client, out int visits) && visits == 3);
        Assert.True(Others.TryGet(client, out int others) && others == 2);
        Assert.True(Room.TryGet(client, out string? room) && room == "kitchen");
        Assert.True(Visits.Remove(client));
        Assert.False(Visits.Remove(client));
        Assert.False(Visits.TryGet(client, out _));
        Assert.True(Others.TryGet(client, out _));
    }

    [Fact]
    public async Task A_null_is_a_value_too()
    {
        using var broker = new TestBroker();
        ClientConnection client = await ConnectAsync(broker, "c");
        var item = new ClientItem<object?>();
        item.Set(client, null);
        Assert.True(item.TryGet(client, out object? value));
        Assert.Null(value);
    }

    [Fact]
    public async Task A_connection_is_one_object_and_has_its_own_values()
    {
        using var broker = new TestBroker(2);
        ClientConnection first = await ConnectAsync(broker, "c");
        ClientConnection other = await ConnectAsync(broker, "d");
        Room.Set(first, "kitchen");
        Assert.False(Room.TryGet(other, out _));
        var host = new Host(broker);
        Assert.Same(first, await host.AskAsync(one => one.GetConnectionAsync("c")));
        ClientConnection second = await ConnectAsync(broker, "c"); // it has taken the session over
        Assert.NotSame(first, second);
        Assert.False(Room.TryGet(second, out _));
        Assert.True(Room.TryGet(first, out _)); // after its end
        Assert.False(first.IsConnected);
        Assert.True(second.IsConnected);
    }

    [Fact]
    public async Task Values_outlive_the_connection_for_who_holds_it()
    {
        using var broker = new TestBroker();
        TestClient client = broker.Connect("c", ProtocolVersion.Mqtt311);
        var host = new Host(broker);
        ClientConnection connection = (await host.AskAsync(one => one.GetConnectionAsync("c")))!;
        Assert.Equal(("c", ProtocolVersion.Mqtt311), (connection.ClientId, connection.Version));
        Assert.Equal(client.Socket.Peer, connection.Peer);
        Room.Set(connection, "kitchen");
        client.Disconnect();
        Assert.Null(await host.AskAsync(one => one.GetConnectionAsync("c")));
        Assert.True(Room.TryGet(connection, out string? room) && room == "kitchen");
        Room.Set(connection, "hall");
        Assert.True(Room.TryGet(connection, out room) && room == "hall");
        Assert.False(connection.IsConnected);
        Assert.True(connection.BytesReceived > 0);
        connection.Disconnect(); // nothing to end
        broker.Tick();
        Assert.Equal(0, broker.Metrics.ConnectionsOpen);
    }

    [Fact]
    public async Task A_connection_is_ended_by_who_holds_it()
    {
        // [MQTT-3.14.2-1]
        using var broker = new TestBroker(2);
        TestClient client = broker.Connect("c");
        ClientConnection connection = (await new Host(broker).AskAsync(one => one.GetConnectionAsync("c")))!;
        Assert.Throws<ArgumentOutOfRangeException>(
            () => connection.Disconnect(ReasonCode.DisconnectWithWillMessage));
        connection.Disconnect(ReasonCode.ServerBusy);
        broker.Tick();
        Assert.Equal(ReasonCode.ServerBusy, client.Next(PacketType.Disconnect).Reason);
        Assert.True(client.Socket.IsEndedByBroker);
    }

    [Fact]
    public async Task Several_threads_keep_values_with_one_connection()
    {
        const int Threads = 4;
        const int Rounds = 2_000;
        using var broker = new TestBroker();
        ClientConnection client = await ConnectAsync(broker, "c");
        ClientItem<(int, int)>[] items = [.. Enumerable.Range(0, Threads).Select(_ => new ClientItem<(int, int)>())];
        int wrong = 0;
        Thread[] threads = [.. items.Select((item, thread) => new Thread(() =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                Visits.Set(client, i);
                item.Set(client, (thread, i));
                wrong += item.TryGet(client, out (int, int) own) && own == (thread, i) ? 0 : 1;
                wrong += Visits.TryGet(client, out int any) && any is >= 0 and < Rounds ? 0 : 1;
                if (i % 100 == 99)
                {
                    wrong += item.Remove(client) && !item.TryGet(client, out _) ? 0 : 1;
                }
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.Equal(0, wrong);
    }

    private static async Task<ClientConnection> ConnectAsync(TestBroker broker, string identifier)
    {
        broker.Connect(identifier);
        return (await new Host(broker).AskAsync(one => one.GetConnectionAsync(identifier)))!;
    }
}
