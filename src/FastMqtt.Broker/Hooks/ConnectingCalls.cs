// Asks the hooks whether a client may come in, and under which terms. Called by ConnectHandler when it is known who the
// client is and before its session is touched. Asynchronous hooks leave the CONNECT where it is; it is handled again
// and finds the answer in the client's Authentication. One per dispatcher.

using System.Text;
using FastMqtt.Broker.Access;
using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Sessions;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Hooks;

internal sealed class ConnectingCalls(
    Dispatcher dispatcher, HookCalls calls, Hook<ConnectingContext>? hook, AsyncHook<ConnectRequest>? asyncHook)
{
    /// <summary>Whether the client comes in. False: it was refused, or somebody is being asked about it.</summary>
    /// <param name="client">Its session's owner has the connection.</param>
    /// <param name="packet">The CONNECT.</param>
    /// <param name="identifier">The Client Identifier it will have.</param>
    /// <param name="identity">Who it is by its credentials.</param>
    /// <param name="terms">What will hold for it; other terms, when hooks have answered.</param>
    public bool TryDecide(
        Client client,
        in ConnectPacket packet,
        ReadOnlySpan<byte> identifier,
        ClientIdentity identity,
        ref ConnectTerms terms)
    {
        if (client.Authentication?.Answer is ConnectRequest answered)
        {
            terms = answered.Terms;
            return Accepts(client, answered.Client, terms, answered.Refusal, answered.ReasonString);
        }

        var context = new ConnectingContext
        {
            Client = client.Show(dispatcher, Encoding.UTF8.GetString(identifier), identity.UserName),
            Terms = terms,
            CleanStart = packet.CleanStart,
            HasPassword = packet.HasPassword,
            Password = packet.Password,
            HasWill = packet.HasWill,
            WillTopic = packet.WillTopic,
            WillPayload = packet.WillPayload,
            WillQoS = packet.WillQoS,
            WillRetain = packet.WillRetain,
            Properties = packet.Properties,
        };
        if (hook is not null)
        {
            calls.Call(nameof(BrokerHooks.Connecting), hook, ref context);
        }

        if (asyncHook is null || context.Refusal != ReasonCode.Success)
        {
            return Accepts(client, context.Client, terms, context.Refusal, context.ReasonString);
        }

        (client.Authentication ??= new Authentication()).Identity = identity;
        var request = new ConnectRequest(in context);
        new HookTask<ConnectRequest>(
            dispatcher, client, nameof(BrokerHooks.ConnectingAsync), asyncHook, request).Start();
        return false;
    }

    private bool Accepts(
        Client client, ClientConnection shown, ConnectTerms terms, ReasonCode refusal, byte[]? reasonString)
    {
        if (refusal == ReasonCode.Success)
        {
            shown.UserName = terms.UserName;
            shown.Terms = terms;
            return true;
        }

        dispatcher.Packets.Connect.Refusal.OfIdentity(client, refusal, reasonString);
        return false;
    }
}
