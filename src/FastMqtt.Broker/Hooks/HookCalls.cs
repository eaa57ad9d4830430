// The hooks of a broker as one dispatcher calls them. Handlers ask `dispatcher.Hooks`, which is null when the embedder
// has given none; each hook that is not registered is null again, so what is not used costs a comparison.
//
// Everything a hook may do wrong ends here: what it throws is counted, logged (a line a second, or a broken hook would
// fill the log) and taken as a denial, and the dispatcher goes on. Hooks get copies, spans that are only read, and
// objects any thread may use; what they ask of the broker is posted. So no hook runs inside another one's message, with
// one exception that is harmless: a client that connects ends the older connection, whose hooks run before its own.

using FastMqtt.Broker.Diagnostics;
using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Sessions;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Hooks;

internal sealed class HookCalls
{
    /// <summary>More than that says no more than the first.</summary>
    private const int LinesPerSecond = 1;

    private readonly Dispatcher _dispatcher;
    private readonly BrokerHooks _hooks;
    private LogAllowance _lines = new(LinesPerSecond);

    public HookCalls(Dispatcher dispatcher, BrokerHooks hooks)
    {
        _dispatcher = dispatcher;
        _hooks = hooks.Copy();
        Connecting = hooks.Connecting is null && hooks.ConnectingAsync is null ? null
            : new ConnectingCalls(dispatcher, this, hooks.Connecting, hooks.ConnectingAsync);
        Publishing = hooks.Publishing is null && hooks.PublishingAsync is null ? null
            : new PublishingCalls(dispatcher, this, hooks.Publishing, hooks.PublishingAsync);
        Subscribing = hooks.Subscribing is null && hooks.SubscribingAsync is null ? null
            : new SubscribingCalls(dispatcher, this, hooks.Subscribing, hooks.SubscribingAsync);
        SeesMessages = Publishing is not null || hooks.Delivering is not null;
    }

    /// <summary>Who decides about clients that want in; null: nobody.</summary>
    public ConnectingCalls? Connecting { get; }

    /// <summary>Who decides about messages of clients; null: nobody.</summary>
    public PublishingCalls? Publishing { get; }

    /// <summary>Who decides about subscriptions; null: nobody.</summary>
    public SubscribingCalls? Subscribing { get; }

    /// <summary>Whether a hook sees each message: none is part of a burst then.</summary>
    public bool SeesMessages { get; }

    /// <summary>Whether a message is given to a client now; if not, it is counted as dropped.</summary>
    public bool MayDeliver(Client client, in Message message, in Delivery delivery)
    {
        if (_hooks.Delivering is not { } hook)
        {
            return true;
        }

        var context = new DeliveringContext
        {
            Client = client.Show(_dispatcher),
            Topic = message.Topic,
            Payload = message.Payload,
            Properties = message.Properties,
            QoS = delivery.QoS,
            Retain = delivery.Retain,
        };
        Call(nameof(BrokerHooks.Delivering), hook, ref context);
        if (context.IsSkipped)
        {
            _dispatcher.Drops.Add(DropReason.SkippedByHook, client.Session!, in message);
        }

        return !context.IsSkipped;
    }

    public void Connected(Client client, bool sessionPresent)
    {
        if (_hooks.Disconnected is not null)
        {
            client.Show(_dispatcher).ConnectedAtMilliseconds = _dispatcher.Now;
        }

        if (_hooks.Connected is { } hook)
        {
            var notice = new ConnectedNotice { Client = client.Show(_dispatcher), SessionPresent = sessionPresent };
            Notify(nameof(BrokerHooks.Connected), hook, in notice);
        }
    }

    /// <summary>While the client still has its session.</summary>
    public void Disconnected(Client client)
    {
        if (_hooks.Disconnected is not { } hook)
        {
            return;
        }

        ClientConnection shown = client.Show(_dispatcher);
        DisconnectedBy who = client.HasDisconnected ? DisconnectedBy.Client
            : client.CloseReason != ReasonCode.Success ? DisconnectedBy.Broker
            : DisconnectedBy.Network;
        var notice = new DisconnectedNotice
        {
            Client = shown,
            Reason = who == DisconnectedBy.Network ? ReasonCode.UnspecifiedError : client.CloseReason,
            EndedBy = who,
            Duration = TimeSpan.FromMilliseconds(_dispatcher.Now - shown.ConnectedAtMilliseconds),
            BytesReceived = client.BytesReceived,
            BytesSent = client.BytesSent,
        };
        Notify(nameof(BrokerHooks.Disconnected), hook, in notice);
    }

    public void Unsubscribed(Client client, ReadOnlySpan<byte> topicFilter, ReadOnlySpan<byte> shareName)
    {
        if (_hooks.Unsubscribed is { } hook)
        {
            var notice = new UnsubscribedNotice
            {
                Client = client.Show(_dispatcher),
                TopicFilter = topicFilter,
                ShareName = shareName,
            };
            Notify(nameof(BrokerHooks.Unsubscribed), hook, in notice);
        }
    }

    /// <param name="topic">None of $SYS.</param>
    /// <param name="payload">Empty: there is no retained message any more.</param>
    public void RetainedChanged(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload)
    {
        if (_hooks.RetainedChanged is { } hook)
        {
            var notice = new RetainedNotice { Topic = topic, Payload = payload };
            Notify(nameof(BrokerHooks.RetainedChanged), hook, in notice);
        }
    }

    public void SessionExpired(Session session)
    {
        if (_hooks.SessionExpired is { } hook)
        {
            var notice = new SessionExpiredNotice
            {
                ClientIdentifier = session.ClientIdentifier,
                UserName = session.UserName,
            };
            Notify(nameof(BrokerHooks.SessionExpired), hook, in notice);
        }
    }

    public void Dropped(
        DropReason reason, Session session, ReadOnlySpan<byte> topic, int payloadBytes, int count)
    {
        if (_hooks.Dropped is { } hook)
        {
            var notice = new DroppedNotice
            {
                Reason = reason,
                ClientIdentifier = session.ClientIdentifier,
                UserName = session.UserName,
                Topic = topic,
                PayloadBytes = payloadBytes,
                Count = count,
            };
            Notify(nameof(BrokerHooks.Dropped), hook, in notice);
        }
    }

#pragma warning disable CA1031 // Hooks are other people's code: any fault of theirs ends here.

    /// <summary>Calls the hooks in order until one decides.</summary>
    public void Call<T>(string name, Hook<T> hooks, ref T context)
        where T : struct, IDecidable, allows ref struct
    {
        foreach (Hook<T> hook in Delegate.EnumerateInvocationList(hooks))
        {
            try
            {
                hook(ref context);
            }
            catch (Exception exception)
            {
                Fail(name, exception);
                context.Fail();
            }

            if (context.IsDecided)
            {
                return;
            }
        }
    }

    /// <summary>Calls the hooks in order until one decides; off the dispatcher. The last of them has failed.</summary>
    /// <returns>What it has thrown; null: nothing.</returns>
    public static async ValueTask<Exception?> AskAsync<T>(
        AsyncHook<T> hooks, T request, CancellationToken cancellation)
        where T : class, IDecidable
    {
        foreach (AsyncHook<T> hook in Delegate.EnumerateInvocationList(hooks))
        {
            try
            {
                await hook(request, cancellation).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                request.Fail();
                return cancellation.IsCancellationRequested ? null : exception; // nobody waits for it any more
            }

            if (request.IsDecided)
            {
                break;
            }
        }

        return null;
    }

    private void Notify<T>(string name, Notice<T> hooks, in T notice)
        where T : struct, allows ref struct
    {
        foreach (Notice<T> hook in Delegate.EnumerateInvocationList(hooks))
        {
            try
            {
                hook(in notice);
            }
            catch (Exception exception)
            {
                Fail(name, exception);
            }
        }
    }

#pragma warning restore CA1031

    /// <summary>A hook has thrown.</summary>
    public void Fail(string name, Exception exception)
    {
        _dispatcher.Metrics.HookFailures++;
        if (_lines.TryTake(_dispatcher.Shared.Milliseconds(), out long skipped))
        {
            _dispatcher.Shared.Log.HookFailed(name, skipped, exception);
        }
    }
}
