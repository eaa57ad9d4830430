// A start that is cancelled at any moment, or fails, leaves nothing behind; one that is not blocks nobody.

using System.Globalization;
using System.Net;
using FastMqtt.Broker.Persistence;
using FastMqtt.Broker.Tests.Allocation;
using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Broker.Tests.Sockets;
using FastMqtt.Protocol;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace FastMqtt.Broker.Tests.Embedding;

[Collection(nameof(RunsAlone))]
public sealed class StartTests
{
    private const int Sessions = 50;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_start_that_was_cancelled_before_does_nothing()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => MqttBroker.StartAsync(Options("/nonesuch/store.db", 0), new CancellationToken(true)));
    }

    [Fact]
    public async Task A_start_that_is_cancelled_whenever_it_looks_at_the_clock_leaves_nothing_behind()
    {
        string folder = Directory.CreateTempSubdirectory("start").FullName;
        string store = Path.Combine(folder, "store.db");
        int port = await FillAsync(store);
        int descriptors = Descriptors();
        int cancelled = 0;
        while (true)
        {
            using var stop = new CancellationTokenSource();
            var clock = new CancellingClock(stop, cancelled + 1);
            Task<MqttBroker> starting = MqttBroker.StartAsync(Options(store, port), null, clock, stop.Token);
            try
            {
                await using MqttBroker broker = await starting;
                using WireClient client = await WireClient.ConnectAsync(broker.EndPoints[0], "after");
                Assert.Equal(Sessions, broker.Statistics.Sessions - 1);
                break;
            }
            catch (OperationCanceledException)
            {
                cancelled++;
                Assert.True(starting.IsCanceled);
                Assert.InRange(Descriptors(), 0, descriptors);
            }
        }

        Assert.True(cancelled >= 3, $"only {cancelled} looks at the clock"); // state, dispatchers, recovery
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Recovery_gives_up_in_the_middle_of_the_rows()
    {
        var store = new MemoryStore();
        using (var broker = new TestBroker(store: store))
        {
            broker.ConnectPersistent("a");
            broker.Tick();
        }

        var options = new BrokerOptions { Persistence = new PersistenceOptions { Path = "memory" } };
        var state = new BrokerState(options, NullLogger.Instance, TimeProvider.System, 1, store);
        var recovery = new Recovery(state, state.Writer!, _ => null);
        Assert.Throws<OperationCanceledException>(() => recovery.Run(new CancellationToken(true)));
    }

    [Fact]
    public async Task A_start_that_fails_fails_the_task()
    {
        Task<MqttBroker> starting = MqttBroker.StartAsync(
            new BrokerOptions { MaximumPacketSize = 1 }, Cancelled);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => starting);
        await Assert.ThrowsAsync<ArgumentException>(() => MqttBroker.StartAsync(Options(string.Empty, 0), Cancelled));
        await Assert.ThrowsAsync<StoreException>(
            () => MqttBroker.StartAsync(Options("/nonesuch/store.db", 0), Cancelled));
    }

    [Fact]
    public async Task A_hundred_brokers_in_a_row_leave_no_descriptor_and_no_thread()
    {
        await RunOnceAsync();
        int descriptors = Descriptors();
        int threads = Threads();
        for (int i = 0; i < 100; i++)
        {
            await RunOnceAsync();
        }

        Assert.InRange(Descriptors(), 0, descriptors);
        Assert.InRange(Threads(), 0, threads + 8); // the pool's come and go
    }

    private static async Task RunOnceAsync()
    {
        await using EmbeddedBroker broker = await EmbeddedBroker.StartAsync(EmbeddedBroker.Loopback());
        using WireClient client = await WireClient.ConnectAsync(broker.Broker.EndPoints[0], "c");
    }

    // A store with sessions in it, and the port of the broker that has made it.
    private static async Task<int> FillAsync(string store)
    {
        await using MqttBroker broker = await MqttBroker.StartAsync(Options(store, 0), Cancelled);
        for (int i = 0; i < Sessions; i++)
        {
            using WireClient client = await WireClient.OpenAsync(broker.EndPoints[0]);
            await client.SendAsync(Packets.Connect(
                ProtocolVersion.Mqtt311, i.ToString(CultureInfo.InvariantCulture), clean: false));
            Assert.Equal("20020000", Convert.ToHexString(await client.ReceiveAsync(4)));
        }

        return ((IPEndPoint)broker.EndPoints[0]).Port;
    }

    private static BrokerOptions Options(string store, int port) => new()
    {
        Dispatchers = 2,
        Listeners = { EmbeddedBroker.Loopback(port) },
        Persistence = new PersistenceOptions { Path = store },
    };

    // The least of some looks: the runtime has files of /proc open for a moment when it collects garbage.
    private static int Descriptors() =>
        Enumerable.Range(0, 10).Min(_ => Directory.GetFileSystemEntries("/proc/self/fd").Length);

    private static int Threads() => Directory.GetDirectories("/proc/self/task").Length;

    private sealed class CancellingClock(CancellationTokenSource stop, int at) : TimeProvider
    {
        private int _looks;

        public override long GetTimestamp()
        {
            if (Interlocked.Increment(ref _looks) == at)
            {
                stop.Cancel();
            }

            return base.GetTimestamp();
        }
    }
}
