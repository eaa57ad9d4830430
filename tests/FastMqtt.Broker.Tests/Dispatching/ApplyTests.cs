// Other options while the broker runs: which hold at once, which are kept, and that nothing else is disturbed.

using System.Net;
using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Tests.Harness;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace FastMqtt.Broker.Tests.Dispatching;

public sealed class ApplyTests
{
    [Fact]
    public async Task Listeners_that_do_not_run_are_named_and_the_others_take_their_options()
    {
        await using MqttBroker broker = MqttBroker.Start(With(0), NullLoggerFactory.Instance);
        BrokerOptions next = With(0);
        next.Listeners.Add(new ListenerOptions { UnixSocketPath = "/run/x.sock" });
        next.Listeners.Add(new ListenerOptions { EndPoint = new(IPAddress.Loopback, 0) });
        IReadOnlyList<ListenerOptions> missing = broker.Apply(next);
        Assert.Equal(["/run/x.sock", "127.0.0.1:0"], missing.Select(one => one.UnixSocketPath ?? one.Address));
        Assert.Empty(broker.Apply(With(0)));
    }

    [Fact]
    public async Task Value_out_of_bounds_changes_nothing()
    {
        await using MqttBroker broker = MqttBroker.Start(With(0), NullLoggerFactory.Instance);
        Assert.Throws<ArgumentOutOfRangeException>(() => broker.Apply(new BrokerOptions { MaximumInflight = -1 }));
        Assert.Throws<ArgumentNullException>(() => broker.Apply(null!));
    }

    [Fact]
    public void Interval_of_system_topics_is_replaced_and_the_uptime_goes_on()
    {
        using var broker = new TestBroker(configure: o => o.SystemTopicsInterval = TimeSpan.FromHours(1));
        broker.Advance(5_000);
        Apply(broker, new BrokerOptions { SystemTopicsInterval = TimeSpan.FromSeconds(10), Spin = TimeSpan.Zero });
        broker.Advance(10_128);
        Assert.Equal("15 seconds", Uptime(broker));
    }

    [Fact]
    public void System_topics_can_be_switched_on_and_off()
    {
        using var broker = new TestBroker();
        broker.Advance(20_000);
        Apply(broker, new BrokerOptions { SystemTopicsInterval = TimeSpan.FromSeconds(10), Spin = TimeSpan.Zero });
        broker.Tick();
        Assert.Equal("20 seconds", Uptime(broker));
        Apply(broker, new BrokerOptions { SystemTopicsInterval = TimeSpan.Zero, Spin = TimeSpan.Zero });
        broker.Advance(60_000);
        Assert.Equal("20 seconds", Uptime(broker));
    }

    [Fact]
    public void Limit_holds_from_then_on_for_who_is_connected()
    {
        using var broker = new TestBroker();
        TestClient away = broker.ConnectPersistent("away");
        away.Subscribe("t", 1);
        away.Reset();
        TestClient publisher = broker.Connect();
        publisher.Publish("t", "1", qos: 1);
        Apply(broker, new BrokerOptions
        {
            MaximumQueuedMessages = 1,
            SystemTopicsInterval = TimeSpan.Zero,
            Spin = TimeSpan.Zero,
        });
        publisher.Publish("t", "2", qos: 1);
        Assert.Equal(1, broker.Metrics.DroppedQueueFull);
        Assert.False(publisher.IsClosed);
    }

    private static void Apply(TestBroker broker, BrokerOptions options)
    {
        BrokerOptions before = broker.State.Options;
        broker.State.Options = options;
        foreach (Dispatcher dispatcher in broker.Dispatchers)
        {
            dispatcher.Inbox.Post(new Command(d => d.OnOptionsChanged(before)));
        }

        broker.Tick();
    }

    private static string Uptime(TestBroker broker)
    {
        TestClient reader = broker.Connect();
        reader.Subscribe("$SYS/broker/uptime");
        return reader.Read().Single(packet => packet.Topic == "$SYS/broker/uptime").Text;
    }

    private static BrokerOptions With(int port)
    {
        var options = new BrokerOptions();
        options.Listeners.Add(new ListenerOptions { EndPoint = new(IPAddress.Loopback, port), AllowAnonymous = true });
        return options;
    }
}
