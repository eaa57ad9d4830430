// The way of one dispatcher to the store. Handlers tell it what must survive; it collects that in the open batch, and
// knows which replies have to wait for which part of it.
//
// Order of events.
// 1. A handler changes a session and tells the journal, which adds to the open batch and to the tick's pledge. A reply
//    that promises something durable is written into the client's held replies, behind that pledge.
// 2. At the end of a tick the open batch is posted to the writer, unless the batch before it is still there: then it
//    stays open and takes what the next ticks bring. So everything that comes while a transaction runs goes into the
//    next one, and there is one transaction at a time for each dispatcher.
// 3. A message that its receiver acknowledges while its batch is open is taken out of it, and never written. When
//    nothing of a pledge is left, it is kept without the disk. So a batch that holds nothing but QoS 1 messages that
//    were sent to clients who are known to acknowledge at once is not posted yet: not before its oldest message is
//    Limits.AcknowledgementGrace old. While all of them keep up, nothing is written at all.
// 4. The writer commits and sends the batch back by the inbox: its pledges are kept, held replies go out, and what
//    waited to be sent is sent.
//
// What is sent before it is durable, and what is not. A QoS 1 message goes to a connected receiver at once: after a
// crash it would come again, as a duplicate, which QoS 1 allows. A QoS 2 message waits for the commit of its
// identifier: the receiver remembers identifiers, and must see the same message under the same one again.
//
// The log and states. A batch is one entry of the log: messages with the sessions they are for, and what happened to
// messages of entries before it. The log is replayed at the start, so it must not grow for ever: a session's state
// contains all of the log so far for it, and entries that no session needs are deleted. What is waiting goes into
// segments with it, and leaves memory. States are written of sessions whose clients are away, with each half segment
// that comes for them; of the longest dirty ones, beyond Limits.LogBytes; and when messages take too much memory.

using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Sessions;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Persistence;

internal sealed class Journal
{
    private readonly Dispatcher _dispatcher;
    private readonly StoreWriter _writer;
    private readonly JournalTimer _timer;
    private readonly LogKeeper _log;
    private readonly Queue<JournalBatch> _posted = new();
    private readonly CommitWaiters _waiters;
    private JournalBatch _open;
    private JournalBatch? _spare;
    private long _lastPosted;
    private long _pledge;
    private bool _isDue;
    private int _packed;

    public Journal(Dispatcher dispatcher, StoreWriter writer)
    {
        _dispatcher = dispatcher;
        _writer = writer;
        _timer = new JournalTimer(this);
        _waiters = new CommitWaiters(this, dispatcher);
        Rows = new JournalRows(this);
        Elsewhere = new JournalElsewhere(this);
        Pledges = new Pledges(dispatcher);
        Segments = new SegmentLoader(dispatcher, writer);
        States = new SessionStateWriter(dispatcher.Shared);
        Exchanges = new ExchangeJournal(this, dispatcher.Shared);
        _log = new LogKeeper(this, writer, dispatcher.Shared);
        _open = new JournalBatch(this) { Number = 1 };
    }

    public int DispatcherId => _dispatcher.Id;

    /// <summary>Changes of sessions, subscriptions and what is retained.</summary>
    public JournalRows Rows { get; }

    /// <summary>What is promised here and done by others.</summary>
    public JournalElsewhere Elsewhere { get; }

    public Pledges Pledges { get; }

    public SegmentLoader Segments { get; }

    public SessionStateWriter States { get; }

    public ExchangeJournal Exchanges { get; }

    public PassedOnMessages PassedOnMessages { get; } = new();

    /// <summary>Whether acknowledgements wait for the disk.</summary>
    public bool Waits => _writer.Durability == Durability.Commit;

    /// <summary>Changes that an acknowledgement would have to wait for, ever: who compares two of them knows.</summary>
    public long Additions { get; set; }

    /// <summary>Batches up to this one are durable.</summary>
    public long Committed { get; private set; }

    /// <summary>Bytes of waiting messages of this dispatcher's sessions in memory.</summary>
    public long QueueBytes { get; set; }

    /// <summary>Whether a batch is at the writer.</summary>
    public bool HasPosted => _posted.Count > 0;

    /// <summary>Whether anything was told that is not durable yet.</summary>
    public bool HasUncommitted => HasPosted || !_open.IsEmpty;

    /// <summary>
    /// Counts what is to be stored here, and what may be by another dispatcher that does not say so: who compares two
    /// of them knows who gives work to the disk.
    /// </summary>
    public long Work { get; set; }

    /// <summary>Bytes of the batch that is open. From any thread.</summary>
    public long OpenBytes => _open.Bytes;

    /// <summary>Whether so much waits for the disk that who causes it should not be read. From any thread.</summary>
    public bool IsOverLimit => _open.Bytes > (Waits ? Limits.UncommittedBytes : Limits.LaggingBytes);

    /// <summary>Whether the disk has failed for so long that requests are refused.</summary>
    public bool IsRefusing => Waits && _writer.HasFailedFor(Limits.StoreGrace);

    /// <summary>A message was not stored because the disk fails: its publisher is to be told.</summary>
    public bool HasRefused { get; set; }

    /// <summary>Where the messages come from that sessions are given now.</summary>
    public MessageOrigin Origin { get; set; }

    /// <summary>The publisher of what is being routed can be told so.</summary>
    public bool MayRefuse { get; set; }

    /// <summary>What is promised in this tick.</summary>
    public long Pledge => _pledge != 0 ? _pledge : _pledge = Pledges.Open();

    /// <summary>What a reply has to wait for because of what was done since; 0: nothing.</summary>
    public long PledgeSince(long additions) => Waits && additions != Additions ? Pledge : 0;

    /// <summary>Whether what waits for a batch may be sent.</summary>
    public bool MaySend(long batch) => batch <= Committed || !Waits;

    /// <summary>A session begins that outlives its connection.</summary>
    public DurableSession Begin(Session session) => new(session, this, _writer.NextSessionId());

    /// <summary>A row of its own is in the next transaction.</summary>
    /// <param name="operation">What is done to it.</param>
    /// <param name="isPromised">A reply waits for it.</param>
    /// <param name="bytes">What it keeps in memory.</param>
    public void Put(in StoreOperation operation, bool isPromised, long bytes = 0)
    {
        _open.Add(operation);
        _open.AddBytes(bytes);
        Work++;
        Change(isPromised);
    }

    /// <summary>A session is given a message: at once (with an identifier) or into its queue.</summary>
    public StoredMessage Add(DurableSession session, Publication publication, in Delivery delivery, ushort identifier)
    {
        long sequence = ++session.LastSequence;
        publication.AddReference();
        Pledges.AddOwn(Pledge);
        Additions++;
        Work++;
        Touch(session);
        _open.IsUrgent |= !IsSoonOver(session, sequence, in delivery, identifier);
        if (!Waits)
        {
            ArmIfLazy();
        }

        if (Origin.Had is { } before)
        {
            PassedOnMessages.Add(_open.Number, new MessagePlace(session.Id, sequence), before);
        }

        int entry = _open.Add(new JournalEntry
        {
            Publication = publication,
            Session = session,
            Delivery = delivery,
            Sequence = sequence,
            Pledge = _pledge,
            PacketIdentifier = identifier,
            Origin = Origin,
        });
        return new StoredMessage(sequence, _open.Number, entry);
    }

    /// <summary>A message of QoS 0 waits in the queue: it has a place there, and is not stored.</summary>
    public static StoredMessage Pass(DurableSession session) =>
        new(++session.LastSequence, 0, StoredMessage.Elsewhere);

    /// <summary>A message leaves the queue for the window.</summary>
    public StoredMessage Sent(DurableSession session, in StoredMessage stored, ushort identifier, QualityOfService qos)
    {
        if (IsOpen(stored))
        {
            _open[stored.Entry].PacketIdentifier = identifier;
            return stored;
        }

        Touch(session);
        _open.AddEvent(LogEvent.Sent, session.Id, stored.Sequence, identifier);
        Change(isPromised: false, isUrgent: qos == QualityOfService.ExactlyOnce);
        return new StoredMessage(stored.Sequence, _open.Number, StoredMessage.Elsewhere);
    }

    /// <summary>A message is over: it will not be sent again.</summary>
    public void Done(DurableSession session, in StoredMessage stored)
    {
        if (!stored.IsStored)
        {
            return;
        }

        session.Clock.Done(stored.Sequence, _dispatcher.Now);
        if (IsOpen(stored))
        {
            long pledge = _open[stored.Entry].Pledge;
            _dispatcher.Publications.Release(_open.Cancel(stored.Entry));
            Pledges.DropOwn(pledge);
            return;
        }

        PassedOn(session, in stored);
    }

    /// <summary>
    /// Another session has it now: here it is over. Not taken out of the open batch: whoever published it waits for
    /// this entry, and the other one is in the same transaction at the latest.
    /// </summary>
    public void PassedOn(DurableSession session, in StoredMessage stored)
    {
        if (session.IsEnded)
        {
            return;
        }

        if (stored.Entry == StoredMessage.InSegment)
        {
            (session.Holes ??= []).Add(stored.Sequence);
        }

        Touch(session);
        _open.AddEvent(LogEvent.Done, session.Id, stored.Sequence);
        Change(isPromised: false);
    }

    /// <summary>PUBREC for it was received.</summary>
    public void Released(DurableSession session, in StoredMessage stored)
    {
        Touch(session);
        _open.AddEvent(LogEvent.Released, session.Id, stored.Sequence);
        Change(isPromised: true);
    }

    /// <summary>The session must be looked at when the open batch is committed: it may send then.</summary>
    public void WaitForCommit(DurableSession session)
    {
        _open.IsUrgent = true;
        _waiters.Add(session);
    }

    /// <summary>Something happened to a session that a reply waits for.</summary>
    public void AddPromised(LogEvent kind, DurableSession session, long value)
    {
        Touch(session);
        _open.AddEvent(kind, session.Id, value);
        Change(isPromised: true);
    }

    /// <summary>Entries of the log from the open batch on are kept until the pin is released.</summary>
    public LogPin Pin() => _log.Pin(_open.Number);

    /// <summary>Does something when all that was added until now is durable.</summary>
    /// <param name="action">What; at once if nothing is to be waited for.</param>
    /// <param name="isAwaited">A client waits for it, or another dispatcher.</param>
    public void AfterCommit(Action action, bool isAwaited = true)
    {
        if (!HasUncommitted)
        {
            action();
            return;
        }

        _open.IsUrgent |= isAwaited;
        ArmIfLazy();
        _waiters.Add(_open.IsEmpty ? _lastPosted : _open.Number, action);
    }

    /// <summary>From here on it is another pledge: nobody waits for more than he must.</summary>
    public void ClosePledge() => _pledge = 0;

    /// <summary>At the end of a tick, when everything was handled and flushed.</summary>
    public void EndTick()
    {
        _pledge = 0;
        _packed = 0;
        if (_posted.Count == 0 && IsDue)
        {
            Post();
        }

        if (!HasUncommitted)
        {
            _waiters.RunActions(long.MaxValue);
        }

        if (_open.IsEmpty && !_waiters.HasActions)
        {
            _open.IsUrgent = false; // all of it was over before it was posted
            _isDue = false;
        }
    }

    /// <summary>For how long the dispatcher may sleep.</summary>
    /// <param name="milliseconds">For how long it would; -1: for ever.</param>
    /// <param name="looksAtDisk">It has to see soon whether the disk has caught up.</param>
    public int LimitSleep(int milliseconds, bool looksAtDisk)
    {
        long left = Waits && !HasPosted ? GraceEnd - _dispatcher.Now : long.MaxValue;
        left = looksAtDisk ? Math.Min(left, 1) : left;
        return milliseconds < 0 && left > int.MaxValue ? milliseconds
            : (int)Math.Clamp(left, 0, milliseconds < 0 ? int.MaxValue : milliseconds);
    }

    /// <summary>The timer, or somebody who saves: what is there goes with this tick.</summary>
    public void BecomeDue() => _isDue = true;

    /// <summary>A batch is committed.</summary>
    public void OnCommitted()
    {
        JournalBatch batch = _posted.Dequeue();
        Committed = batch.Number;
        _log.Add(batch);
        PassedOnMessages.Committed(Committed);

        foreach (QueueSegment segment in batch.Segments)
        {
            segment.DropContent(_dispatcher.Slabs);
        }

        long lastPledge = batch.LastPledge;
        batch.Clear();
        _spare = batch;
        Pledges.Committed(lastPledge);
        _waiters.RunActions(Committed);
        _waiters.WakeSessions();
    }

    /// <summary>
    /// The broker ends: everything is posted. The writer is waited for by who ends it.
    /// </summary>
    public void Flush()
    {
        _pledge = 0;
        if (!_open.IsEmpty)
        {
            Post();
        }
    }

    /// <summary>
    /// A message has come into the queue of a session without a client. By the segment they leave memory at once: a
    /// heap of waiting messages would make every collection of garbage long. Many that are filled alike are due
    /// together, so a tick packs a few.
    /// </summary>
    public void PackIfMuch(DurableSession session, MessageQueue queue)
    {
        long much = _writer.Sizes.SegmentBytes / 2;
        bool isTurn = _packed < Limits.PackedInTick || queue.UnpackedBytes > 4 * much;
        if (queue.UnpackedBytes > much && isTurn)
        {
            _packed++;
            States.Pack(session, queue);
            SaveSoon(session);
        }
    }

    /// <summary>A session has spent segments to delete, or ends its backlog: its state is written soon.</summary>
    public void SaveSoon(DurableSession session)
    {
        if (_log.SaveSoon(session))
        {
            _open.AddEvent(LogEvent.Done, session.Id, 0); // there is something to post
            Change(isPromised: false);
        }
    }

    private bool IsDue => !_open.IsEmpty
        && (_isDue
            || _open.Bytes > (Waits ? Limits.UncommittedBytes / 2 : Limits.BatchBytes)
            || (Waits && (_open.IsUrgent || GraceEnd <= _dispatcher.Now)));

    // When the oldest message of the open batch has waited long enough for its acknowledgement.
    private long GraceEnd => _open.OldestPledge is > 0 and var oldest
        ? Pledges.OpenedAt(oldest) + Limits.AcknowledgementGrace
        : long.MaxValue;

    private bool IsOpen(in StoredMessage stored) => stored.Entry >= 0 && stored.Batch == _open.Number;

    // A QoS 1 message that is sent at once to a client that is quick: it may be over before it was written.
    private bool IsSoonOver(DurableSession session, long sequence, in Delivery delivery, ushort identifier)
    {
        if (identifier == 0 || delivery.QoS != QualityOfService.AtLeastOnce)
        {
            return false;
        }

        session.Clock.Sent(sequence, _dispatcher.Now);
        return session.Clock.IsPrompt(_dispatcher.Now);
    }

    // Something was added that is not a message.
    private void Change(bool isPromised, bool isUrgent = false)
    {
        if (isPromised)
        {
            Pledges.AddOwn(Pledge);
            Additions++;
        }

        _open.IsUrgent |= isPromised || isUrgent;
        ArmIfLazy();
    }

    // What nobody waits for goes with what somebody does, or a moment later.
    private void ArmIfLazy()
    {
        if (_timer.TimerSlot < 0 && !(_open.IsUrgent && Waits))
        {
            _dispatcher.Timers.Arm(_timer, _dispatcher.Now + _writer.LazyMilliseconds);
        }
    }

    private void Touch(DurableSession session) => _log.Touch(session, _open.Number);

    private void Post()
    {
        // The place in the log is taken now: what another dispatcher has committed comes before what it led to.
        JournalBatch batch = _open;
        batch.LogId = _writer.NextLogId();
        _isDue = false;
        _dispatcher.Timers.Cancel(_timer);
        _log.Save(batch);
        _log.Trim(batch);
        batch.LastPledge = Pledges.Last;
        _open = _spare ?? new JournalBatch(this);
        _open.Number = batch.Number + 1;
        _spare = null;
        _posted.Enqueue(batch);
        _lastPosted = batch.Number;
        _writer.Post(batch);
    }
}
