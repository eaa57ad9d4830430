// Asks the hooks about messages that clients publish, and makes of them what the hooks say. Called by PublishHandler
// when access rules have allowed a message and nothing of it has happened yet, and by SessionLifecycle for wills.
//
// Asynchronous hooks leave the PUBLISH where it is: it is handled again and finds the answer in the client's
// Authentication. One per dispatcher; owns the buffers with what hooks have changed, which are valid until the next
// message is asked about: messages are routed one after the other.

using FastMqtt.Broker.Access;
using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Sessions;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Hooks;

internal sealed class PublishingCalls(
    Dispatcher dispatcher, HookCalls calls, Hook<PublishingContext>? hook, AsyncHook<PublishRequest>? asyncHook)
{
    private byte[] _topic = [];
    private byte[] _payload = [];

    public BrokerOptions Options => dispatcher.Options;

    /// <summary>Asks about a message of a client; what hooks have changed is in it then.</summary>
    /// <param name="client">Who publishes.</param>
    /// <param name="packet">As it was received.</param>
    /// <param name="message">What will be routed.</param>
    /// <param name="answer">What its acknowledgement says instead of being routed; null: it is routed.</param>
    /// <returns>False: somebody is being asked, and the packet is handled again.</returns>
    public bool TryDecide(Client client, in PublishPacket packet, ref Message message, out ReasonCode? answer)
    {
        if (client.Authentication is { Answer: PublishRequest answered } authentication)
        {
            authentication.Answer = null;
            if (answered.IsOf(packet.PacketIdentifier, message.Topic, message.Payload))
            {
                answer = Apply(answered, ref message, client.Session!);
                return true;
            }
        }

        Session session = client.Session!;
        var context = new PublishingContext(this, packet.QoS, message.Retain)
        {
            Client = client.Show(dispatcher),
            ClientIdentifier = session.ClientIdentifier,
            UserName = session.UserName,
            Topic = message.Topic,
            Payload = message.Payload,
            Properties = message.Properties,
        };
        if (!IsSettled(ref context))
        {
            var request = new PublishRequest(
                Options, in context, message.Topic, message.Payload, packet.PacketIdentifier);
            new HookTask<PublishRequest>(
                dispatcher, client, nameof(BrokerHooks.PublishingAsync), asyncHook!, request).Start();
            answer = null;
            return false;
        }

        answer = Apply(in context, ref message, session);
        return true;
    }

    /// <summary>Asks about a Will Message.</summary>
    /// <returns>False: somebody is being asked, who owns the will's reference now.</returns>
    public bool TryDecide(
        Session session, Publication will, PublishRequest? answered, ref Message message, out ReasonCode? answer)
    {
        if (answered is not null)
        {
            answer = Apply(answered, ref message, session);
            return true;
        }

        var context = new PublishingContext(this, message.QoS, message.Retain)
        {
            ClientIdentifier = session.ClientIdentifier,
            UserName = session.UserName,
            Topic = message.Topic,
            Payload = message.Payload,
            Properties = message.Properties,
        };
        if (!IsSettled(ref context))
        {
            var request = new PublishRequest(Options, in context, message.Topic, message.Payload, 0);
            new WillHookTask(dispatcher, session, will, asyncHook!, request).Start();
            answer = null;
            return false;
        }

        answer = Apply(in context, ref message, session);
        return true;
    }

    public ReadOnlySpan<byte> KeepTopic(scoped ReadOnlySpan<byte> topic) => Keep(ref _topic, topic);

    public ReadOnlySpan<byte> KeepPayload(scoped ReadOnlySpan<byte> payload) => Keep(ref _payload, payload);

    // A hook may give a part of what the one before it has given: the copy allows that they overlap.
    private static Span<byte> Keep(ref byte[] buffer, scoped ReadOnlySpan<byte> bytes)
    {
        byte[] kept = buffer;
        if (kept.Length < bytes.Length)
        {
            kept = new byte[Math.Max(bytes.Length, 256)];
            buffer = kept.Length <= Limits.FlushBytes ? kept : buffer; // a large one goes with its message
        }

        bytes.CopyTo(kept);
        return kept.AsSpan(0, bytes.Length);
    }

    // Whether it need not be asked further; synchronous hooks have been.
    private bool IsSettled(ref PublishingContext context)
    {
        if (hook is not null)
        {
            calls.Call(nameof(BrokerHooks.Publishing), hook, ref context);
        }

        return asyncHook is null || context.Decision != PublishDecision.None;
    }

    private ReasonCode? Apply(in PublishingContext context, ref Message message, Session session)
    {
        if (context.Decision >= PublishDecision.Denied)
        {
            return context.Refusal;
        }

        bool isOther = context.HasOtherTopic || context.HasOtherPayload || context.HasOtherQoS
            || context.Retain != message.Retain;
        if (isOther)
        {
            Message changed = message;
            changed.Topic = context.Topic;
            changed.Payload = context.Payload;
            changed.QoS = context.HasOtherQoS ? context.QoS : message.QoS;
            changed.Retain = context.Retain;
            Change(ref message, ref changed, context.HasOtherTopic, session);
        }

        return null;
    }

    private ReasonCode? Apply(PublishRequest request, ref Message message, Session session)
    {
        if (request.Decision >= PublishDecision.Denied)
        {
            return request.Refusal;
        }

        bool isOther = request.HasOtherTopic || request.HasOtherPayload || request.HasOtherQoS
            || request.Retain != message.Retain;
        if (isOther)
        {
            Message changed = message;
            changed.Topic = request.HasOtherTopic ? request.TopicBytes : message.Topic;
            changed.Payload = request.HasOtherPayload ? request.Payload.Span : message.Payload;
            changed.QoS = request.HasOtherQoS ? request.QoS : message.QoS;
            changed.Retain = request.Retain;
            Change(ref message, ref changed, request.HasOtherTopic, session);
        }

        return null;
    }

    // A will lies in a publication, which is replaced by another one; the frame of a PUBLISH is not its any more.
    private void Change(ref Message message, ref Message changed, bool hasOtherTopic, Session session)
    {
        changed.Frame = default;
        changed.TopicHash = hasOtherTopic ? 0 : changed.TopicHash;

        // Where the hook has put it, nobody asks whether the client still might.
        changed.Source = changed.Retain && !hasOtherTopic ? session.Access : null;
        if (message.Held is { } held)
        {
            changed.Held = null;
            Publication publication = dispatcher.Publications.Create(in changed);
            dispatcher.Publications.Release(held);
            message = Message.From(publication);
            return;
        }

        message = changed;
    }
}
