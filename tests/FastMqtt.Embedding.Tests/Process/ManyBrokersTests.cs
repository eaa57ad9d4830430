// Brokers that come and go in one process, and many of them beside each other: nothing of one that has ended is left.
// Bounds are for all rounds together; a broker that left a thread, a descriptor or itself behind would exceed them
// many times over.

using System.Runtime.CompilerServices;
using FastMqtt.Broker;
using FastMqtt.Transport.Tests.Tls;
using FastMqtt.Transport.Tls;

namespace FastMqtt.Embedding.Tests.Process;

[Collection(nameof(RunsAlone))]
public sealed class ManyBrokersTests
{
    private const int WarmUp = 50;
    private const int Mebibyte = 1 << 20;

    /// <summary>Bytes in the managed heap that an ended broker with two dispatchers keeps while it is alive.</summary>
    private const int OneBrokerMax = 3 * Mebibyte;

    [Fact]
    public Task A_thousand_in_a_row_leave_nothing() => LeaveNothingAsync(rounds: 1_000, () => new BrokerOptions
    {
        Dispatchers = 2,
        Listeners = { EmbeddedBroker.Anonymous() },
    });

    [Fact]
    public async Task A_hundred_with_a_store_leave_nothing()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("fastmqtt-many-");
        await LeaveNothingAsync(rounds: 100, () => new BrokerOptions
        {
            Listeners = { EmbeddedBroker.Anonymous() },
            Persistence = new PersistenceOptions { Path = Path.Combine(folder.FullName, "store.db") },
        });
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_hundred_with_TLS_leave_nothing()
    {
        using TestCertificates authority = new();
        TlsOptions tls = new() { CaFile = authority.CaFile };
        tls.Certificates.Add(authority.Server("server", "localhost"));
        await LeaveNothingAsync(rounds: 100, () => new BrokerOptions
        {
            Listeners =
            {
                EmbeddedBroker.Anonymous(),
                new ListenerOptions { EndPoint = EmbeddedBroker.Anonymous().EndPoint, Tls = tls },
            },
        });
    }

    [Fact]
    public async Task A_hundred_side_by_side_serve_their_clients()
    {
        const int Brokers = 100;
        EmbeddedBroker[] brokers = new EmbeddedBroker[Brokers];
        for (int i = 0; i < Brokers; i++)
        {
            brokers[i] = await EmbeddedBroker.StartAsync(o => o.Dispatchers = 1);
        }

        Assert.Equal(Brokers, brokers.Select(broker => broker.EndPoint.Port).Distinct().Count());
        InteropClient[] clients = await Task.WhenAll(brokers.Select(broker => broker.ConnectAsync()));
        await Task.WhenAll(clients.Select(client => client.SubscribeAsync("same", QoS.AtLeastOnce)));
        await Task.WhenAll(clients.Select((client, i) => client.PublishAsync("same", $"{i}", QoS.ExactlyOnce)));
        for (int i = 0; i < Brokers; i++)
        {
            Assert.Equal($"{i}", (await clients[i].ReceiveAsync()).Text);
            Assert.Empty(clients[i].TakeArrived());
        }

        await Task.WhenAll(brokers.Select(broker => broker.DisposeAsync().AsTask()));
        await ProcessFigures.TakeAsync();
    }

    private static async Task LeaveNothingAsync(int rounds, Func<BrokerOptions> options)
    {
        await RunAsync(WarmUp, options);
        ProcessFigures before = await ProcessFigures.TakeAsync();
        WeakReference[] brokers = await RunAsync(rounds, options);
        ProcessFigures after = await ProcessFigures.TakeAsync();
        int alive = brokers.Count(broker => broker.IsAlive);
        TestContext.Current.TestOutputHelper?.WriteLine($"{before} -> {after}, {alive} alive");
        Assert.InRange(after.Descriptors, 0, before.Descriptors + 4);
        Assert.InRange(alive, 0, 1); // the last one may be on a stack
        Assert.InRange(after.HeapBytes, 0, before.HeapBytes + Mebibyte + (alive * OneBrokerMax));
        Assert.InRange(after.PrivateBytes, 0, before.PrivateBytes + (16 * Mebibyte));
    }

    private static async Task<WeakReference[]> RunAsync(int rounds, Func<BrokerOptions> options)
    {
        WeakReference[] brokers = new WeakReference[rounds];
        for (int i = 0; i < rounds; i++)
        {
            brokers[i] = await RunOneAsync(options());
        }

        return brokers;
    }

    // Not inlined: no frame of the caller keeps the broker.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference> RunOneAsync(BrokerOptions options)
    {
        await using MqttBroker broker = await EmbeddedBroker.StartBareAsync(options);
        using RawClient client = await RawClient.ConnectAsync((System.Net.IPEndPoint)broker.EndPoints[0], "client");
        await client.SendAsync(Bytes.Pingreq);
        Assert.Equal(Bytes.Pingresp, await client.ReceiveAsync(2));

        return new WeakReference(broker);
    }
}
