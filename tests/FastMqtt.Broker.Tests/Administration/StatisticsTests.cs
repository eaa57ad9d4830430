// Statistics and instruments: the same figures, read in two ways.

using System.Diagnostics.Metrics;
using FastMqtt.Broker.Diagnostics;
using FastMqtt.Broker.Persistence;
using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Administration;

public sealed class StatisticsTests
{
    [Fact]
    public void Statistics_count_what_the_broker_has_and_has_done()
    {
        using TestBroker broker = Busy(store: null);
        BrokerStatistics now = BrokerStatistics.Of(broker.State);
        Assert.Equal((2, 3, 3, 2), (now.Connections, now.Sessions, now.Subscriptions, now.TopicFilters));
        Assert.Equal((1, "rtext".Length), (now.RetainedMessages, now.RetainedBytes));
        Assert.Equal((3, 3), (now.SocketsOpened, now.ConnectionsOpened));
        Assert.Equal((2, 1), (now.MessagesReceived, now.MessagesSent));
        Assert.Equal(("text".Length * 2, "text".Length), (now.PayloadBytesReceived, now.PayloadBytesSent));
        Assert.Equal(broker.Metrics.BytesReceived, now.BytesReceived);
        Assert.Equal(broker.Metrics.BytesSent, now.BytesSent);
        Assert.Equal(broker.Metrics.PacketsReceived, now.PacketsReceived);
        Assert.Equal(broker.Metrics.PacketsSent, now.PacketsSent);
        Assert.Equal((1, 1), (now.Dropped, now.DroppedTooLarge));
        Assert.Equal(TimeSpan.FromSeconds(8), now.Uptime);
        Assert.Equal(broker.State.Writer is null, now.Store is null);
    }

    [Fact]
    public void Statistics_of_a_broker_with_a_store_say_how_it_does()
    {
        using var store = new MemoryStore();
        using TestBroker broker = Busy(store);
        StoreStatistics before = BrokerStatistics.Of(broker.State).Store!.Value;
        Assert.True(before.Commits > 0);
        Assert.Equal((0, false, false), (before.WaitingBytes, before.IsBehind, before.IsFailing));
        broker.IsDiskHeld = true;
        TestClient client = broker.Connect();
        for (int i = 0; i < 3; i++)
        {
            client.Send("r", new string('x', 1_000), 1, retain: true);
            broker.Tick();
        }

        StoreStatistics now = BrokerStatistics.Of(broker.State).Store!.Value;
        Assert.True(now.WaitingBytes > 1_000, $"{now.WaitingBytes}"); // the first is under way
        Assert.Equal(before.Commits, now.Commits);
    }

    [Fact]
    public void Instruments_show_the_statistics_to_a_listener()
    {
        using var store = new MemoryStore();
        using TestBroker broker = Busy(store);
        using var instruments = new BrokerInstruments(broker.State, "shown");
        Dictionary<string, double> seen = Read("shown");
        BrokerStatistics now = BrokerStatistics.Of(broker.State);
        Assert.Equal(8, seen["fastmqtt.uptime s"]);
        Assert.Equal(2, seen["fastmqtt.connections {connection}"]);
        Assert.Equal(3, seen["fastmqtt.sessions {session}"]);
        Assert.Equal(3, seen["fastmqtt.subscriptions {subscription}"]);
        Assert.Equal(2, seen["fastmqtt.topic_filters {filter}"]);
        Assert.Equal(1, seen["fastmqtt.retained.messages {message}"]);
        Assert.Equal(5, seen["fastmqtt.retained.size By"]);
        Assert.Equal(3, seen["fastmqtt.sockets.opened {connection}"]);
        Assert.Equal(3, seen["fastmqtt.connections.opened {connection}"]);
        Assert.Equal(0, seen["fastmqtt.sessions.expired {session}"]);
        Assert.Equal(now.BytesReceived, seen["fastmqtt.network.io By receive"]);
        Assert.Equal(now.BytesSent, seen["fastmqtt.network.io By transmit"]);
        Assert.Equal(now.PacketsReceived, seen["fastmqtt.packets {packet} receive"]);
        Assert.Equal(now.PacketsSent, seen["fastmqtt.packets {packet} transmit"]);
        Assert.Equal(2, seen["fastmqtt.messages {message} receive"]);
        Assert.Equal(1, seen["fastmqtt.messages {message} transmit"]);
        Assert.Equal(8, seen["fastmqtt.messages.size By receive"]);
        Assert.Equal(4, seen["fastmqtt.messages.size By transmit"]);
        Assert.Equal(1, seen["fastmqtt.messages.dropped {message} too_large"]);
        Assert.Equal(0, seen["fastmqtt.messages.dropped {message} slow"]);
        Assert.Equal(0, seen["fastmqtt.messages.refused {message}"]);
        Assert.Equal(0, seen["fastmqtt.access.denied {denial} connect"]);
        Assert.Equal(0, seen["fastmqtt.connections.refused {connection} limit"]);
        Assert.Equal(now.Store!.Value.Commits, seen["fastmqtt.store.commits {transaction}"]);
        Assert.Equal(0, seen["fastmqtt.store.failing 1"]);
        Assert.Equal(0, seen["fastmqtt.embedder.faults {call} hook"]);
        Assert.Equal(40, seen.Count);
    }

    [Fact]
    public void Brokers_of_one_process_are_told_apart_by_name()
    {
        using var one = new TestBroker();
        using var other = new TestBroker();
        one.Connect();
        using var first = new BrokerInstruments(one.State, "first");
        using var second = new BrokerInstruments(other.State, "second");
        Assert.Equal(1, Read("first")["fastmqtt.connections {connection}"]);
        Assert.Equal(0, Read("second")["fastmqtt.connections {connection}"]);
    }

    [Fact]
    public void Instruments_are_gone_with_their_broker()
    {
        using var broker = new TestBroker();
        using (new BrokerInstruments(broker.State, "passing"))
        {
            Assert.NotEmpty(Read("passing"));
        }

        Assert.Empty(Read("passing"));
    }

    [Fact]
    public async Task A_running_broker_has_instruments_until_it_stops()
    {
        var options = new BrokerOptions
        {
            Name = "running",
            SystemTopicsInterval = TimeSpan.Zero,
            Listeners =
            {
                new ListenerOptions
                {
                    EndPoint = new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0),
                    AllowAnonymous = true,
                },
            },
        };
        await using var broker = MqttBroker.Start(
            options, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);
        Assert.Equal(0, Read("running")["fastmqtt.connections {connection}"]);
        Assert.Equal(0, broker.Statistics.Connections);
        await broker.StopAsync(TimeSpan.FromSeconds(1));
        Assert.Empty(Read("running"));
    }

    // Two connected clients, an absent session, a retained message, one delivery, one that does not fit.
    private static TestBroker Busy(IStore? store)
    {
        var broker = new TestBroker(2, store: store);
        TestClient publisher = broker.Connect();
        TestClient subscriber = broker.Connect(properties: Property.MaximumPacketSize(50));
        subscriber.Subscribe("a").Subscribe("r");
        broker.ConnectPersistent("absent").Subscribe("a").Reset();
        publisher.Publish("r", "text", 1, retain: true);
        publisher.Publish("a", "text", properties: Property.UserProperty(new string('n', 60), "v"));
        subscriber.NextPublish();
        broker.Advance(7_000);
        return broker;
    }

    private static Dictionary<string, double> Read(string broker)
    {
        var seen = new Dictionary<string, double>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            bool isIt = instrument.Meter.Name == "FastMqtt"
                && instrument.Meter.Tags?.Any(tag => tag.Key == "fastmqtt.broker.name" && tag.Value is string name
                    && name == broker) == true;
            if (isIt)
            {
                Assert.False(string.IsNullOrEmpty(instrument.Description));
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.Start();
        listener.RecordObservableInstruments();
        return seen;

        void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
            seen.Add($"{instrument.Name} {instrument.Unit}{(tags.IsEmpty ? "" : $" {tags[0].Value}")}", value);
    }
}
