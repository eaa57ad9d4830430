// An in-process subscription of a test, with what its handler has seen.

using System.Text;
using FastMqtt.Broker.InProcess;
using FastMqtt.Broker.Tests.Harness;

namespace FastMqtt.Broker.Tests.InProcess;

internal sealed class HandlerLog
{
    public List<string> Texts { get; } = [];

    /// <summary>Topic, payload, QoS and RETAIN.</summary>
    public List<string> Lines { get; } = [];

    public List<uint> Identifiers { get; } = [];

    public List<uint?> Expiries { get; } = [];

    public InProcessSubscription Subscription { get; private set; } = null!;

    public static HandlerLog Subscribe(
        TestBroker broker, InProcessClient client, string filter, SubscribeOptions? options = null)
    {
        var log = new HandlerLog();
        log.Subscription = Pending.Of(broker, Pending.Subscribe(client, filter, log.Take, options));
        return log;
    }

    private void Take(in ReceivedSpan message)
    {
        string text = Encoding.UTF8.GetString(message.Payload);
        Texts.Add(text);
        Lines.Add($"{Encoding.UTF8.GetString(message.Topic)} {text} q{(int)message.QoS} r{(message.Retain ? 1 : 0)}");
        Identifiers.Add(message.SubscriptionIdentifier);
        Expiries.Add(message.MessageExpiryInterval);
    }
}
