// What in-process clients publish on its way to one dispatcher: a bounded buffer of two blocks, and a line of those who
// wait for room in it. One for each dispatcher, owned by its InProcessClients.
//
// Who owns what. Any thread appends to the filling block under the lock: copy, and nothing else. The dispatcher owns
// the draining block; when that is done it exchanges the two under the lock. No handler and no continuation runs under
// the lock, so a handler may publish.
// Order of events. The first message into an empty buffer posts the buffer into the dispatcher's inbox, once
// (_isPosted, under the lock); it stays posted until the dispatcher finds both blocks empty. So a batch costs one
// wake-up. The dispatcher routes message by message, as PublishHandler does for a client, in slices: what is left when
// the slice is over is for the next tick. After each exchange whoever waits for room moves up, first in first out,
// before anybody else can: nothing overtakes, so what one caller publishes through one client stays in its order.
// Held up, as a client is not read: while another dispatcher is far behind; while the disk is, and the last message
// gave it work; and until walks are done that came from here, but for messages of the same topic, which join the walk.
// Looked at again with each tick, which comes within a millisecond. The buffer is full soon then, and who publishes
// waits.
// A QoS 0 message is done when it is in the buffer. QoS 1 and 2 are done when they are routed and their pledge is kept
// (Persistence/Pledges.cs): what is durable for others is on the disk, wherever they live.
// The end. Drain closes the buffer: who waits for room fails, what is in it is routed. When the dispatcher ends,
// Dispose fails whoever still waits. Nothing is appended after either.

using FastMqtt.Broker.Access;
using FastMqtt.Broker.Dispatch;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.InProcess;

internal sealed class PublishBuffer(Dispatcher dispatcher) : InboxItem
{
    /// <summary>Messages between two looks at the clock, some 3 us.</summary>
    private const int ClockInterval = 32;

    /// <summary>Tickets kept for use again.</summary>
    private const int FreeTicketsMax = 1_024;

    private readonly Lock _lock = new();
    private readonly LinkedList<WaitingPublish> _waiting = [];
    private readonly Stack<PublishTicket> _free = [];
    private PublishBlock _filling = new();
    private bool _isPosted;
    private bool _isClosed;
    private int _deniedPublish;
    private int _deniedSubscribe;

    // The dispatcher's: the block it drains, what it notes of it, and who waits for the disk.
    private readonly List<PublishTicket> _unkept = [];
    private PublishBlock _draining = new();
    private DrainState _drain;

    /// <summary>Whether messages wait for something: <see cref="GoOn"/> looks each tick. The dispatcher's.</summary>
    public bool IsHeldUp => _drain.IsHeldUp;

    /// <summary>Publishes a message unless the buffer is full or others wait for room. From any thread.</summary>
    public bool TryAppend(InProcessClient publisher, scoped in PublishContent content)
    {
        lock (_lock)
        {
            ThrowIfClosed();
            if (_waiting.Count > 0 || !_filling.HasRoom(content.Bytes))
            {
                return false;
            }

            _filling.Append(publisher, in content, null);
            if (_isPosted)
            {
                return true;
            }

            _isPosted = true;
        }

        dispatcher.Inbox.Post(this);
        return true;
    }

    /// <summary>Publishes a message that somebody waits for: for room, or for its acknowledgement.</summary>
    /// <returns>What is completed then.</returns>
    public ValueTask<ReasonCode> Append(in WaitingPublish waiting, CancellationToken cancellation)
    {
        PublishTicket ticket = waiting.Ticket;
        bool mustPost = false;
        lock (_lock)
        {
            ThrowIfClosed();
            PublishContent content = waiting.Content;
            if (_waiting.Count > 0 || !_filling.HasRoom(content.Bytes))
            {
                ticket.Waiting = _waiting.AddLast(waiting);
            }
            else
            {
                mustPost = !_isPosted;
                _isPosted = true;
                Move(waiting);
            }
        }

        if (mustPost)
        {
            dispatcher.Inbox.Post(this);
        }

        ticket.CancelWith(cancellation);
        return ticket.Task;
    }

    /// <summary>A ticket that is nobody's. From any thread.</summary>
    public PublishTicket Rent()
    {
        lock (_lock)
        {
            return _free.TryPop(out PublishTicket? ticket) ? ticket : new PublishTicket(this);
        }
    }

    public void GiveBack(PublishTicket ticket)
    {
        lock (_lock)
        {
            if (_free.Count < FreeTicketsMax)
            {
                _free.Push(ticket);
            }
        }
    }

    /// <summary>Who waited for room does so no more; what is in the buffer is published all the same.</summary>
    public void Withdraw(PublishTicket ticket)
    {
        lock (_lock)
        {
            if (ticket.Waiting is { } waiting)
            {
                _waiting.Remove(waiting);
                ticket.Waiting = null;
            }
        }
    }

    /// <summary>Access rules have denied something before it came here: the dispatcher counts it. Any thread.</summary>
    public void CountDenied(AccessKind kind)
    {
        lock (_lock)
        {
            _deniedPublish += kind == AccessKind.Publish ? 1 : 0;
            _deniedSubscribe += kind == AccessKind.Subscribe ? 1 : 0;
            if (_isPosted || _isClosed)
            {
                return;
            }

            _isPosted = true;
        }

        dispatcher.Inbox.Post(this);
    }

    public override void Run(Dispatcher _)
    {
        if (MustWait())
        {
            _drain.IsHeldUp = true;
            return;
        }

        long until = dispatcher.Shared.Timestamp() + dispatcher.Slice;
        for (int left = ClockInterval; !WaitsForWalk(); left--)
        {
            if (left == 0)
            {
                left = ClockInterval;
                dispatcher.FlushIfMuchIsBuffered();
                if (MustWait())
                {
                    break;
                }

                if (dispatcher.Shared.Timestamp() >= until)
                {
                    dispatcher.Inbox.Post(this);
                    return;
                }
            }

            if (_draining.IsRead && !TryExchange())
            {
                return;
            }

            Handle();
        }

        _drain.IsHeldUp = true;
    }

    /// <summary>What was held up goes on, if it may.</summary>
    public void GoOn()
    {
        if (_drain.IsHeldUp)
        {
            _drain.IsHeldUp = false;
            Run(dispatcher);
        }
    }

    /// <summary>A message's pledge is kept.</summary>
    public void OnKept(PublishTicket ticket)
    {
        if (ticket.Place < _unkept.Count && ReferenceEquals(_unkept[ticket.Place], ticket))
        {
            PublishTicket last = _unkept[^1];
            _unkept[ticket.Place] = last;
            last.Place = ticket.Place;
            _unkept.RemoveAt(_unkept.Count - 1);
            ticket.Complete(ticket.Reason);
        }
    }

    /// <summary>The broker stops: nothing more comes in, and what is in is routed now.</summary>
    public void Close()
    {
        FailWaiting();
        while (!_draining.IsRead || TryExchange())
        {
            Handle();
        }
    }

    /// <summary>The dispatcher has ended: whoever waits still is told so.</summary>
    public void Dispose()
    {
        FailWaiting();
        while (!_draining.IsRead || TryExchange())
        {
            _draining.Read().Origin.Ticket?.Fail(Stopped());
        }

        foreach (PublishTicket ticket in _unkept)
        {
            ticket.Fail(Stopped());
        }

        _unkept.Clear();
    }

    private static ObjectDisposedException Stopped() => new(nameof(MqttBroker), "The broker has stopped.");

    private void ThrowIfClosed()
    {
        if (_isClosed)
        {
            throw Stopped();
        }
    }

    // Under the lock, with room: into the filling block. A QoS 0 message is done with that.
    private void Move(in WaitingPublish waiting)
    {
        PublishTicket ticket = waiting.Ticket;
        ticket.Waiting = null;
        bool isAwaited = waiting.Message.QoS != QualityOfService.AtMostOnce;
        PublishContent content = waiting.Content;
        _filling.Append(waiting.Publisher, in content, isAwaited ? ticket : null);
        if (!isAwaited)
        {
            ticket.Complete(ReasonCode.Success);
        }
    }

    private bool TryExchange()
    {
        _draining.Clear();
        lock (_lock)
        {
            dispatcher.Metrics.DeniedPublish += _deniedPublish;
            dispatcher.Metrics.DeniedSubscribe += _deniedSubscribe;
            _deniedPublish = 0;
            _deniedSubscribe = 0;
            if (_filling.IsEmpty)
            {
                _isPosted = false;
                return false;
            }

            (_filling, _draining) = (_draining, _filling);
            while (_waiting.First is { } first && _filling.HasRoom(first.Value.Content.Bytes))
            {
                _waiting.RemoveFirst();
                Move(first.Value);
            }
        }

        return true;
    }

    private void FailWaiting()
    {
        List<PublishTicket> failed = [];
        lock (_lock)
        {
            _isClosed = true;
            foreach (WaitingPublish waiting in _waiting)
            {
                waiting.Ticket.Waiting = null;
                failed.Add(waiting.Ticket);
            }

            _waiting.Clear();
        }

        foreach (PublishTicket ticket in failed)
        {
            ticket.Fail(Stopped());
        }
    }

    // What came from here goes first; see above. Of the same topic within a block, so that a walk that cannot go on
    // keeps no more than that.
    private bool WaitsForWalk() =>
        _drain.WalkedTo > dispatcher.Walks.MessagesDone && !_draining.IsNextOfSameTopic();

    private bool MustWait() =>
        (_drain.GivesWork && dispatcher.Shared.Writer!.IsBehind)
        || (dispatcher.Shared.Dispatchers.Length > 1 && dispatcher.Outboxes.AnyOverLimit());

    private void Handle()
    {
        PublishEntry entry = _draining.Read();
        InProcessClient publisher = entry.Origin.Publisher;
        Message message = default;
        message.Topic = entry.Topic;
        message.Properties = entry.Properties;
        message.Payload = entry.Payload;
        message.QoS = dispatcher.Options.UpgradeOutgoingQoS ? QualityOfService.ExactlyOnce : entry.Header.QoS;
        message.Retain = entry.Header.Retain;
        message.ExpiresAtMilliseconds = entry.Header.ExpiresAtMilliseconds;
        message.Publisher = publisher.Number;
        message.Source = message.Retain ? publisher.Access : null;
        dispatcher.Metrics.PublishReceived++;
        dispatcher.Metrics.PublishBytesReceived += entry.Payload.Length;
        long walked = dispatcher.Walks.Messages;
        long work = dispatcher.Journal?.Work ?? 0;
        Route(ref message, entry.Origin.Ticket);
        message.Drop(dispatcher.Publications);
        _drain.GivesWork = dispatcher.Journal is { } journal && journal.Work != work;
        if (dispatcher.Walks.Messages != walked)
        {
            _drain.WalkedTo = dispatcher.Walks.Messages;
        }
    }

    // Past access rules, which were asked on the caller's thread. Publishing hooks are for clients of the network: what
    // the host itself publishes is its own word.
    private void Route(ref Message message, PublishTicket? ticket)
    {
        if (dispatcher.Now >= message.ExpiresAtMilliseconds)
        {
            dispatcher.Metrics.DroppedExpired++; // [MQTT-3.3.2-5]
            ticket?.Complete(ReasonCode.Success);
            return;
        }

        if (ticket is null)
        {
            dispatcher.Packets.Publish.Route(ref message);
            return;
        }

        long before = dispatcher.Additions;
        ReasonCode reason = dispatcher.Packets.Publish.RouteOrRefuse(ref message, canBeTold: true, answer: null);
        long pledge = dispatcher.PledgeSince(before);
        if (pledge == 0)
        {
            ticket.Complete(reason); // [MQTT-4.3.2-4] taken over
            return;
        }

        ticket.Reason = reason;
        ticket.Place = _unkept.Count;
        _unkept.Add(ticket);
        dispatcher.Journal!.Pledges.After(pledge, ticket.OnKept);
    }
}
