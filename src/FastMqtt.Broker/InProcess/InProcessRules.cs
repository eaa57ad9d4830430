// Access rules of an in-process client: asked where it publishes and subscribes, on its own threads, so that no
// dispatcher waits for an answer. Verdicts are kept as for any client (SessionAccess), under a lock.
//
// Order. While somebody must be asked about a topic, what the client publishes after that waits behind it: _asking is
// the end of that line. A message goes into the buffer while the lock is held, or as the head of the line: so what one
// caller publishes stays in its order.

using FastMqtt.Broker.Access;
using FastMqtt.Broker.Diagnostics;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.InProcess;

internal sealed class InProcessRules(BrokerState state, SessionAccess access, PublishBuffer buffer)
{
    private readonly Lock _lock = new();
    private Task _asking = Task.CompletedTask;

    public SessionAccess Access => access;

    /// <summary>Publishes if the rules let it, in order.</summary>
    /// <param name="message">It has been checked.</param>
    /// <param name="publish">Puts it into the buffer.</param>
    /// <param name="cancellation">Ends the wait for an answer too.</param>
    public ValueTask<ReasonCode> PublishAsync(
        ApplicationMessage message,
        Func<ApplicationMessage, CancellationToken, ValueTask<ReasonCode>> publish,
        CancellationToken cancellation)
    {
        Task<Task<ReasonCode>> published;
        lock (_lock)
        {
            if (_asking.IsCompleted)
            {
                switch (Check(AccessKind.Publish, message.Encoded.Topic))
                {
                    case AccessVerdict.Allowed:
                        return publish(message, cancellation);
                    case AccessVerdict.Denied:
                        return new(Deny());
                }
            }

            _asking = published = AskAndPublishAsync(_asking, message, publish, cancellation);
        }

        return new(published.Unwrap());
    }

    /// <summary>Puts a message into the buffer if the rules say yes at once.</summary>
    public bool TryPublish(InProcessClient client, scoped in PublishContent content)
    {
        lock (_lock)
        {
            if (!_asking.IsCompleted)
            {
                return false;
            }

            AccessVerdict verdict = Check(AccessKind.Publish, content.Topic);
            if (verdict == AccessVerdict.Denied)
            {
                Deny();
            }

            return verdict == AccessVerdict.Allowed && buffer.TryAppend(client, in content);
        }
    }

    /// <summary>Whether the client may subscribe to a filter.</summary>
    public async ValueTask<bool> MaySubscribeAsync(byte[] topicFilter, CancellationToken cancellation)
    {
        if (await IsAllowedAsync(AccessKind.Subscribe, topicFilter, cancellation).ConfigureAwait(false))
        {
            return true;
        }

        buffer.CountDenied(AccessKind.Subscribe);
        return false;
    }

    private ReasonCode Deny()
    {
        buffer.CountDenied(AccessKind.Publish);
        return ReasonCode.NotAuthorized;
    }

    // Not under the lock of whoever calls it: rules are other people's code.
    private async Task<Task<ReasonCode>> AskAndPublishAsync(
        Task before,
        ApplicationMessage message,
        Func<ApplicationMessage, CancellationToken, ValueTask<ReasonCode>> publish,
        CancellationToken cancellation)
    {
        await before.ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        return await IsAllowedAsync(AccessKind.Publish, message.Encoded.Topic, cancellation).ConfigureAwait(false)
            ? publish(message, cancellation).AsTask()
            : Task.FromResult(Deny());
    }

    private async ValueTask<bool> IsAllowedAsync(AccessKind kind, byte[] topic, CancellationToken cancellation)
    {
        AccessVerdict verdict;
        lock (_lock)
        {
            verdict = Check(kind, topic);
        }

        if (verdict != AccessVerdict.Ask)
        {
            return verdict == AccessVerdict.Allowed;
        }

        TimedVerdict answer;
#pragma warning disable CA1031 // Rules are other people's code: any fault of theirs is a no.
        try
        {
            answer = await access.AskAsync(kind, topic, cancellation).ConfigureAwait(false);
        }
        catch (Exception exception) when (!cancellation.IsCancellationRequested)
        {
            state.Log.AuthenticationFailed(exception);
            return false;
        }
#pragma warning restore CA1031

        lock (_lock)
        {
            access.Answer(kind, topic, state.Subscriptions.Hasher.Hash(topic), answer, state.Milliseconds());
            access.ForgetAnswers(); // this one is not looked for again
        }

        return answer.IsAllowed;
    }

    private AccessVerdict Check(AccessKind kind, ReadOnlySpan<byte> topic)
    {
        ulong hash = kind == AccessKind.Publish ? state.Subscriptions.Hasher.Hash(topic) : 0;
        return access.Check(kind, topic, hash, state.Milliseconds());
    }
}
