// A hook that throws: that is a no, counted, logged but not for ever, and the broker goes on.

using FastMqtt.Broker.Hooks;
using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Hooks;

public sealed class FailingHookTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_message_is_denied(bool isAsynchronous)
    {
        using TestBroker broker = Broker(isAsynchronous
            ? new() { PublishingAsync = static (_, _) => ValueTask.FromException(new InvalidOperationException()) }
            : new() { Publishing = static (ref _) => throw new InvalidOperationException() });
        TestClient subscriber = broker.Connect().Subscribe("#");
        TestClient publisher = broker.Connect();
        publisher.Send("a", "0");
        publisher.Send("a", "1", 1);
        publisher.Send("a", "2", 2);
        broker.Tick();
        broker.TickUntil(() => broker.Metrics.HookFailures == 3);
        Assert.Equal(ReasonCode.NotAuthorized, publisher.Next(PacketType.Puback).Reason);
        Assert.Equal(ReasonCode.NotAuthorized, publisher.Next(PacketType.Pubrec).Reason);
        subscriber.ExpectNothing();
        Assert.Equal(3, broker.Metrics.DeniedPublish);
    }

    [Theory]
    [InlineData(false, ProtocolVersion.Mqtt5)]
    [InlineData(false, ProtocolVersion.Mqtt311)]
    [InlineData(true, ProtocolVersion.Mqtt5)]
    public void A_client_is_refused_as_if_the_server_were_not_available(bool isAsynchronous, ProtocolVersion version)
    {
        using TestBroker broker = Broker(isAsynchronous
            ? new() { ConnectingAsync = static (_, _) => throw new InvalidOperationException() }
            : new() { Connecting = static (ref _) => throw new InvalidOperationException() });
        TestClient client = broker.Open(version);
        client.Send(Packets.Connect(version, "c"));
        broker.Tick();
        broker.TickUntilAnswered();
        int told = version == ProtocolVersion.Mqtt5 ? (int)ReasonCode.ServerUnavailable : 3;
        Assert.Equal(told, (int)client.Next(PacketType.Connack).Reason);
        Assert.Equal(1, broker.Metrics.HookFailures);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_subscription_is_denied(bool isAsynchronous)
    {
        using TestBroker broker = Broker(isAsynchronous
            ? new() { SubscribingAsync = static (_, _) => throw new InvalidOperationException() }
            : new() { Subscribing = static (ref _) => throw new InvalidOperationException() });
        TestClient client = broker.Connect();
        client.Send(Packets.Subscribe(ProtocolVersion.Mqtt5, 1, null, ("a", 1)));
        broker.Tick();
        broker.TickUntilAnswered();
        Assert.Equal([(byte)ReasonCode.NotAuthorized], client.Next(PacketType.Suback).Codes);
        Assert.Equal(1, broker.Metrics.HookFailures);
    }

    [Fact]
    public void A_delivery_is_skipped()
    {
        using TestBroker broker = Broker(
            new() { Delivering = static (ref _) => throw new InvalidOperationException() });
        TestClient subscriber = broker.Connect().Subscribe("a", 1);
        broker.Connect().Publish("a", "text", 1);
        subscriber.ExpectNothing();
        Assert.Equal(1, broker.Metrics.SkippedByHook);
    }

    [Fact]
    public void A_notice_that_fails_changes_nothing_and_the_next_one_is_told()
    {
        int told = 0;
        var hooks = new BrokerHooks { Connected = static (in _) => throw new InvalidOperationException() };
        hooks.Connected += (in _) => told++;
        hooks.Disconnected += static (in _) => throw new InvalidOperationException();
        hooks.RetainedChanged += static (in _) => throw new InvalidOperationException();
        hooks.Unsubscribed += static (in _) => throw new InvalidOperationException();
        using TestBroker broker = Broker(hooks);
        TestClient client = broker.Connect().Subscribe("a");
        client.Publish("a", "text", retain: true);
        Assert.Equal(["text"], client.ReadTexts());
        client.Unsubscribe("a");
        client.Disconnect();
        Assert.Equal(1, told);
        Assert.Equal(4, broker.Metrics.HookFailures);
        Assert.Equal(1, broker.State.Retained.Count);
    }

    [Fact]
    public void A_broken_hook_does_not_fill_the_log()
    {
        var log = new RecordingLog();
        using TestBroker broker = Broker(
            new() { Publishing = static (ref _) => throw new InvalidOperationException() }, log);
        TestClient publisher = broker.Connect();
        for (int i = 0; i < 1_000; i++)
        {
            publisher.Send("a", "text");
        }

        broker.Tick();
        broker.Advance(1_000);
        publisher.Publish("a", "text");
        string[] lines =
        [
            .. log.Lines.Where(line => line.StartsWith("Hook Publishing failed", StringComparison.Ordinal)),
        ];
        Assert.Equal(2, lines.Length);
        Assert.Contains("999 more", lines[1], StringComparison.Ordinal);
        Assert.Equal(1_001, broker.Metrics.HookFailures);
    }

    [Fact]
    public void What_a_hook_asks_of_the_broker_happens_after_it()
    {
        var hooks = new BrokerHooks
        {
            Publishing = static (ref publishing) => publishing.Client!.Disconnect(ReasonCode.QuotaExceeded),
        };
        using TestBroker broker = Broker(hooks);
        TestClient subscriber = broker.Connect().Subscribe("#");
        TestClient publisher = broker.Connect();
        publisher.Send("a", "text", 1);
        broker.Tick();
        Assert.Equal(["text"], subscriber.ReadTexts());
        publisher.Next(PacketType.Puback);
        Assert.Equal(ReasonCode.QuotaExceeded, publisher.Next(PacketType.Disconnect).Reason);
    }

    private static TestBroker Broker(BrokerHooks hooks, RecordingLog? log = null) =>
        new(configure: options => options.Hooks = hooks, log: log);
}
