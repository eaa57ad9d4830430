// A subscription without a connection: one topic filter, one handler, on one dispatcher. It has a Session of its own,
// which is in no directory, never has a Client and is never stored; Session.InProcess leads from there to here, where
// Outbound finds that nobody is connected. So index, chains, shared groups, walks and bursts know no difference.
//
// Owned by the dispatcher: Begin, TryTake, Pump and End run there. Faults and Dropped are written there and read
// anywhere. Order of events: Begin (in the index, then retained messages, in slices), deliveries, End (out of the
// index; what waits for a shared subscription goes to another member). No delivery comes after End, since each asks
// IsEnded and all are on one thread; so whoever has waited for DisposeAsync knows that the handler is not called again.
// A handler of spans takes everything at once, at any QoS: nothing is in flight. A stream's buffer can be full: then
// QoS 1 and 2 messages stay in the session's queue, as for a client that does not read, if that is its policy, and
// retained ones in the store; both go on (Pump) when the reader has made room.

using System.Text;
using FastMqtt.Broker.Access;
using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Hooks;
using FastMqtt.Broker.Sessions;
using FastMqtt.Broker.Topics;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.InProcess;

/// <summary>An in-process subscription. Ends with <see cref="DisposeAsync"/>, or with the broker.</summary>
public sealed class InProcessSubscription : IAsyncDisposable
{
    /// <summary>Steps through the retained messages before others get their turn, up to 50 us each.</summary>
    private const int RetainedSteps = 32;

    /// <summary>Messages from the queue before others get their turn.</summary>
    private const int QueuedAtOnce = 256;

    private readonly Dispatcher _dispatcher;
    private readonly Session _session;
    private readonly MessageHandler? _handler;
    private readonly MessageBuffer? _buffer;
    private readonly SubscribeOptions _options;
    private readonly byte[] _shareName;
    private readonly byte[] _topicFilter;
    private readonly PumpItem _pump;
    private readonly Publication[] _retained = new Publication[1];
    private Subscription? _subscription;
    private RetainedCursor? _cursor;
    private EndOperation? _ending;
    private long _faults;
    private long _dropped;

    internal InProcessSubscription(
        Dispatcher dispatcher,
        InProcessClient client,
        string topicFilter,
        SubscribeOptions options,
        MessageHandler? handler)
    {
        byte[] filter = ParsedFilter(topicFilter, options, out int shareBytes, out int filterBytes);
        _shareName = filter[(filter.Length - filterBytes - shareBytes - (shareBytes > 0 ? 1 : 0))..][..shareBytes];
        _topicFilter = filter[^filterBytes..];
        _dispatcher = dispatcher;
        _options = options;
        _pump = new PumpItem(this);
        _buffer = handler is null ? new MessageBuffer(options, OnRoom) : null;
        _handler = handler;
        _session = client.NewSession(dispatcher.Id, this);
        TopicFilter = topicFilter;
    }

    /// <summary>What it was subscribed to, with its share name.</summary>
    public string TopicFilter { get; }

    /// <summary>How often its handler has thrown.</summary>
    public long HandlerFaults => Volatile.Read(ref _faults);

    /// <summary>Messages that were dropped because its stream's reader is too slow.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    internal MessageBuffer? Buffer => _buffer;

    internal byte[] FilterBytes => _topicFilter;

    /// <summary>
    /// Unsubscribes. Completes when the handler will not be called again; a handler may call it, but must not wait for
    /// it. Any number of times.
    /// </summary>
    public ValueTask DisposeAsync()
    {
        if (Volatile.Read(ref _ending) is null)
        {
            var operation = new EndOperation(this);
            if (Interlocked.CompareExchange(ref _ending, operation, null) is null)
            {
                _dispatcher.InProcess.Post(operation);
            }
        }

        return new ValueTask(_ending!.Done);
    }

    internal Task BeginAsync()
    {
        var operation = new SubscribeOperation(this);
        _dispatcher.InProcess.Post(operation);
        return operation.Done;
    }

    internal Exception? Begin()
    {
        if (_dispatcher.IsDraining)
        {
            return new ObjectDisposedException(nameof(MqttBroker), "The broker stops.");
        }

        if (Volatile.Read(ref _ending) is not null)
        {
            return new ObjectDisposedException(nameof(InProcessSubscription)); // it has ended before it began
        }

        SubscriptionIndex index = _dispatcher.Shared.Subscriptions;
        if (_shareName.Length > 0 && !index.HasRoomForGroup(_shareName, _topicFilter))
        {
            return new InvalidOperationException("The filter has as many share names as there may be.");
        }

        _subscription = index.Add(
            _session, _shareName, _topicFilter, _options.Flags, _options.SubscriptionIdentifier);
        _session.Subscriptions.Add(_subscription);
        _dispatcher.InProcess.Add(this);
        if (_shareName.Length == 0
            && _options.RetainHandling != RetainHandling.DoNotSend
            && _dispatcher.Shared.Retained.MayMatch(_topicFilter))
        {
            _cursor = _dispatcher.Shared.Retained.Open(_topicFilter); // [MQTT-3.3.1-9]
            Pump();
        }

        return null;
    }

    /// <summary>Takes a message. False: it is to wait in the session's queue.</summary>
    internal bool TryTake(ref Message message, in Delivery delivery)
    {
        if (_subscription is null)
        {
            return true; // it has ended
        }

        if (_buffer is { } buffer
            && _options.WhenFull == FullBufferPolicy.Wait
            && delivery.QoS != QualityOfService.AtMostOnce
            && (_session.Queue is { Count: > 0 } || !buffer.HasRoomOrAsks()))
        {
            return false;
        }

        Deliver(in message, in delivery);
        return true;
    }

    /// <summary>What waits goes on, as far as there is room and for a slice.</summary>
    internal void Pump()
    {
        if (_subscription is null)
        {
            return;
        }

        for (int left = QueuedAtOnce; _session.Queue is { Count: > 0 } queue; left--)
        {
            if (!_buffer!.HasRoomOrAsks())
            {
                return;
            }

            if (left == 0)
            {
                _dispatcher.Inbox.Post(_pump);
                return;
            }

            queue.TryDequeue(out QueuedMessage queued);
            DeliverQueued(in queued);
        }

        for (int left = RetainedSteps; _cursor is { } cursor; left--)
        {
            if (_buffer?.HasRoomOrAsks() == false)
            {
                return;
            }

            if (left == 0)
            {
                _dispatcher.Inbox.Post(_pump);
                return;
            }

            if (cursor.TakeStep(_retained, _dispatcher.Now) != 0)
            {
                _dispatcher.Backlog.DeliverRetained(_session, _subscription, _retained[0]);
                _dispatcher.FlushIfMuchIsBuffered();
            }
            else if (cursor.IsFinished)
            {
                _cursor = null;
            }
        }
    }

    internal void End()
    {
        if (_subscription is { } subscription)
        {
            _dispatcher.Lifecycle.PassOnShared(_session, ending: true);
            _subscription = null;
            _cursor = null;
            _session.Subscriptions.Clear();
            _dispatcher.Shared.Subscriptions.Remove(subscription);
            _session.Queue?.Clear(_dispatcher.Publications);
            _session.Queue = null;
            _dispatcher.InProcess.Remove(this);
        }

        _buffer?.End();
    }

    /// <summary>The dispatcher is over, and what waited with it.</summary>
    internal void OnBrokerEnded()
    {
        _subscription = null;
        _buffer?.End();
    }

    /// <summary>The session's queue is full, and somebody else counts it for the broker.</summary>
    internal void OnQueueFull() => Volatile.Write(ref _dropped, _dropped + 1);

    /// <summary>The filter in bytes; how long its share name (0: none) and the topic filter at its end are.</summary>
    private static byte[] ParsedFilter(
        string topicFilter, SubscribeOptions options, out int shareBytes, out int filterBytes)
    {
        byte[] filter = EncodedMessage.EncodeText(topicFilter, nameof(topicFilter));
        ReadOnlySpan<byte> shareName = default;
        ReadOnlySpan<byte> plain = filter;
        bool isValid = !FastMqtt.Protocol.TopicFilter.IsShared(filter)
            || FastMqtt.Protocol.TopicFilter.TryParseShared(filter, out shareName, out plain); // [MQTT-4.8.2-1]
        if (!isValid
            || !FastMqtt.Protocol.TopicFilter.IsValid(plain)
            || FastMqtt.Protocol.TopicFilter.CountLevels(plain) > Limits.TopicLevelsMax)
        {
            throw new ArgumentException("No valid Topic Filter.", nameof(topicFilter));
        }

        if (options.NoLocal && !shareName.IsEmpty)
        {
            throw new ArgumentException("No Local is not for shared subscriptions.", nameof(options)); // [MQTT-3.8.3-4]
        }

        shareBytes = shareName.Length;
        filterBytes = plain.Length;
        return filter;
    }

    private void DeliverQueued(in QueuedMessage queued)
    {
        if (queued.Publication.HasExpired(_dispatcher.Now))
        {
            Publication expired = queued.Publication; // [MQTT-3.3.2-5]
            _dispatcher.Drops.Add(DropReason.Expired, _session, expired.Topic, expired.PayloadBytes);
        }
        else
        {
            var message = Message.From(queued.Publication);
            Deliver(in message, queued.Delivery);
        }

        _dispatcher.Publications.Release(queued.Publication);
    }

    private void Deliver(scoped in Message message, in Delivery delivery)
    {
        var span = new ReceivedSpan(in message, in delivery, _dispatcher.Now);
        if (_buffer is not null && !_buffer.Add(in span))
        {
            Volatile.Write(ref _dropped, _dropped + 1);
            _dispatcher.Drops.Add(DropReason.BufferFull, _session, in message);
            return;
        }

        _dispatcher.Metrics.PublishSent++;
        _dispatcher.Metrics.PublishBytesSent += message.Payload.Length;
        if (_handler is not null)
        {
            Call(_handler, in span);
        }
    }

    private void Call(MessageHandler handler, in ReceivedSpan span)
    {
#pragma warning disable CA1031 // Handlers are other people's code: no fault of theirs ends a dispatcher.
        try
        {
            handler(in span);
        }
        catch (Exception exception)
        {
            Volatile.Write(ref _faults, _faults + 1);
            _dispatcher.InProcess.OnFault(this, exception);
        }
#pragma warning restore CA1031
    }

    // Any thread: the reader has taken enough.
    private void OnRoom() => _dispatcher.Inbox.Post(_pump);
}
