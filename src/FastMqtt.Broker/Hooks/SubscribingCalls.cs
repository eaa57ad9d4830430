// Asks the hooks about the topic filters of a SUBSCRIBE. Called by SubscribeHandler, for each filter that access rules
// allow. With asynchronous hooks all filters are asked about first (Begin, Add, TryAsk); the packet is handled again
// and Decide finds what was said, by the filter's place in the packet. One per dispatcher.

using FastMqtt.Broker.Access;
using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Sessions;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Hooks;

internal sealed class SubscribingCalls(
    Dispatcher dispatcher, HookCalls calls, Hook<SubscribingContext>? hook, AsyncHook<SubscribeRequest>? asyncHook)
{
    /// <summary>Whether somebody must be asked before this packet is handled.</summary>
    public bool MustAsk(Client client) =>
        asyncHook is not null && client.Authentication?.Answer is not SubscribeRequest;

    public SubscribeRequest Begin(Client client, in SubscribePacket packet) =>
        new(client.Show(dispatcher), packet.Properties);

    /// <summary>A filter to be asked about; synchronous hooks are asked at once.</summary>
    public void Add(
        SubscribeRequest request,
        Client client,
        int index,
        ReadOnlySpan<byte> shareName,
        ReadOnlySpan<byte> topicFilter,
        SubscriptionOptions options)
    {
        SubscribingContext context = Ask(client, shareName, topicFilter, options, request.Properties.Span);
        request.Add(new SubscribeFilter(index, in context));
    }

    /// <summary>Asks about the filters that are left.</summary>
    /// <returns>Whether there are any: then the packet is handled again when the answer has come.</returns>
    public bool TryAsk(Client client, SubscribeRequest request)
    {
        if (request.Filters.Count == 0)
        {
            (client.Authentication ??= new Authentication()).Answer = request;
            return false;
        }

        new HookTask<SubscribeRequest>(
            dispatcher, client, nameof(BrokerHooks.SubscribingAsync), asyncHook!, request).Start();
        return true;
    }

    /// <summary>What the hooks say about one filter, and the QoS it is granted.</summary>
    /// <returns>Success, or why not.</returns>
    public ReasonCode Decide(
        Client client,
        int index,
        ReadOnlySpan<byte> shareName,
        ReadOnlySpan<byte> topicFilter,
        ReadOnlySpan<byte> properties,
        ref SubscriptionOptions options)
    {
        if (asyncHook is null)
        {
            SubscribingContext context = Ask(client, shareName, topicFilter, options, properties);
            options = options.AtMost(context.QoS);
            return context.Refusal;
        }

        if (client.Authentication?.Answer is not SubscribeRequest answered || answered.Find(index) is not { } filter)
        {
            return ReasonCode.NotAuthorized; // rules have changed while others were asked about: nobody has said yes
        }

        options = options.AtMost(filter.QoS);
        return filter.Refusal;
    }

    private SubscribingContext Ask(
        Client client,
        ReadOnlySpan<byte> shareName,
        ReadOnlySpan<byte> topicFilter,
        SubscriptionOptions options,
        ReadOnlySpan<byte> properties)
    {
        var context = new SubscribingContext
        {
            Client = client.Show(dispatcher),
            TopicFilter = topicFilter,
            ShareName = shareName,
            Options = options,
            Properties = properties,
            QoS = options.QoS,
        };
        if (hook is not null)
        {
            calls.Call(nameof(BrokerHooks.Subscribing), hook, ref context);
        }

        return context;
    }
}
