// One thread, one poller, its connections and their sessions. Only this thread writes them: no locks on the local path.
//
// One tick, in this order:
//   1  wait for readiness (not at all while something is left to read, to send or to walk)
//   2  read every ready socket once into the one receive area; decode and handle all whole frames in place
//   3  drain the inbox: batches from other dispatchers, connections handed over, commands
//   4  timers
//   5  a slice of a fan-out to very many, if there is one; then what in-process clients published and what it held up
//   6  close what is to be closed, a slice of it when it is very many, one flush per dirty connection; again until
//      nothing is left (a will may make work)
//   7  post one batch per other dispatcher
// A tick never blocks, never awaits and never calls code that can.
// The host runs Run on a thread of its own; tests call Tick themselves over a scripted poller and a manual clock.

using FastMqtt.Broker.Diagnostics;
using FastMqtt.Broker.Handlers;
using FastMqtt.Broker.Hooks;
using FastMqtt.Broker.InProcess;
using FastMqtt.Broker.Persistence;
using FastMqtt.Broker.Sessions;
using FastMqtt.Broker.Topics;
using FastMqtt.Transport;
using FastMqtt.Transport.Buffers;

namespace FastMqtt.Broker.Dispatch;

internal sealed class Dispatcher : IDisposable
{
    private readonly PollEvent[] _events = new PollEvent[Limits.EventBatch];
    private readonly DirtyConnections _dirty;
    private readonly MemoryTrimmer _trimmer;
    private AdaptiveSpin _spin;
    private Housekeeping? _housekeeping;
    private long? _drainUntil;

    public Dispatcher(int id, BrokerState shared, IPoller poller, SlabPoolLimits? slabLimits = null)
    {
        Slabs = new SlabPool(slabLimits ?? new SlabPoolLimits());
        Id = id;
        Shared = shared;
        Poller = poller;
        StartedAt = Now = shared.Milliseconds();
        Slice = shared.TimestampsOf(TimeSpan.FromMicroseconds(Limits.TickSlice));
        Publications = new PublicationPool(Slabs);
        Cache = new MatchCache(shared.Subscriptions);
        Foresight = new TopicForesight(shared.Subscriptions, Cache);
        Sessions = new SessionDirectory(shared);
        Timers = new TimerWheel(Now);
        Inbox = new DispatcherInbox(poller);
        Outboxes = new Outboxes(this);
        _dirty = new DirtyConnections(this);
        _trimmer = new MemoryTrimmer(this);
        Compactor = new HeapCompactor(this);
        _spin = new AdaptiveSpin(shared.TimestampsOf(shared.Options.Spin));
        PublishOutput = new PublishOutput(this);
        Outbound = new Outbound(this);
        Backlog = new Backlog(this);
        FanOut = new FanOut(this);
        BurstFanOut = new BurstFanOut(this);
        Walks = new Walks(this);
        Lifecycle = new SessionLifecycle(this);
        Reader = new ConnectionReader(this);
        Connections = new ConnectionTable(this);
        Handshakes = new Handshakes(this);
        Packets = new PacketDispatch(this);
        Denials = new DenialLog(this);
        InProcess = new InProcessClients(this);
        Drops = new Drops(this);
        Hooks = shared.Options.Hooks is { } hooks ? new HookCalls(this, hooks) : null;
        Journal = shared.Writer is { } writer ? new Journal(this, writer) : null;
    }

    public int Id { get; }

    public BrokerState Shared { get; }

    public BrokerOptions Options => Shared.Options;

    public IPoller Poller { get; }

    public SlabPool Slabs { get; }

    public PublicationPool Publications { get; }

    public MatchCache Cache { get; }

    public TopicForesight Foresight { get; }

    public SessionDirectory Sessions { get; }

    public TimerWheel Timers { get; }

    public HeapCompactor Compactor { get; }

    public DispatcherInbox Inbox { get; }

    public Outboxes Outboxes { get; }

    public PublishOutput PublishOutput { get; }

    public Outbound Outbound { get; }

    public Backlog Backlog { get; }

    public FanOut FanOut { get; }

    public BurstFanOut BurstFanOut { get; }

    public Walks Walks { get; }

    public SessionLifecycle Lifecycle { get; }

    public ConnectionReader Reader { get; }

    public ConnectionTable Connections { get; }

    public Handshakes Handshakes { get; }

    public PacketDispatch Packets { get; }

    /// <summary>The way to the store; null: nothing is saved.</summary>
    public Journal? Journal { get; }

    /// <summary>Counts what replies would have to wait for; see <see cref="PledgeSince"/>.</summary>
    public long Additions => Journal?.Additions ?? 0;

    public BrokerMetrics Metrics { get; } = new();

    /// <summary>Describes packets while a trace is on; null else, so that only looking for it costs.</summary>
    public PacketTracer? Tracer { get; private set; }

    /// <summary>Lines about denials, as many as a person reads.</summary>
    public DenialLog Denials { get; }

    /// <summary>What in-process clients publish here, and their subscriptions.</summary>
    public InProcessClients InProcess { get; }

    /// <summary>What receivers do not get.</summary>
    public Drops Drops { get; }

    /// <summary>Code of the embedder that takes part; null: none, and looking for it is all that it costs.</summary>
    public HookCalls? Hooks { get; }

    /// <summary>Timestamps that loud clients, and the inbox, may take in a tick.</summary>
    public long Slice { get; }

    /// <summary>The broker's clock in milliseconds as of the beginning of this tick.</summary>
    public long Now { get; private set; }

    public long StartedAt { get; }

    /// <summary>The dispatcher's loop; returns when it has drained after <see cref="Drain"/>.</summary>
    public void Run()
    {
        while (!HasDrained)
        {
            Tick();
        }

        Journal?.Flush();
    }

    /// <summary>What a reply must wait for because of what was done since; 0: nothing.</summary>
    public long PledgeSince(long additions) => Journal?.PledgeSince(additions) ?? 0;

    /// <summary>Whether <see cref="Drain"/> was called: no new connection, not even one handed over.</summary>
    public bool IsDraining => _drainUntil is not null;

    /// <summary>Whether every connection is gone after <see cref="Drain"/>, or the time for it is over.</summary>
    public bool HasDrained => _drainUntil is { } until && (Connections.Count == 0 || Now >= until);

    /// <summary>$SYS and the sweep of expired retained messages: one dispatcher of a broker does it for all.</summary>
    public void StartHousekeeping() => _housekeeping = new Housekeeping(this);

    /// <summary>
    /// The options were replaced: what is made from them is made again. On the dispatcher's thread.
    /// </summary>
    public void OnOptionsChanged(BrokerOptions before)
    {
        if (Options.Spin != before.Spin)
        {
            _spin = new AdaptiveSpin(Shared.TimestampsOf(Options.Spin));
        }

        bool isOtherInterval = Options.SystemTopicsInterval != before.SystemTopicsInterval
            || Options.RetainExpiry != before.RetainExpiry;
        if (_housekeeping is not null && isOtherInterval && !IsDraining)
        {
            _housekeeping.Stop();
            StartHousekeeping();
        }

        Connections.ApplyRules();
    }

    /// <summary>
    /// No new connection; every client is told and gets what is pending for it. On the dispatcher's thread.
    /// </summary>
    public void Drain(TimeSpan limit)
    {
        long until = Now + (long)limit.TotalMilliseconds;
        _drainUntil = Math.Min(until, _drainUntil ?? until); // whoever stops it a second time may hurry, not delay
        _housekeeping?.Stop();
        InProcess.Close();
        Walks.Finish(Now + ((long)limit.TotalMilliseconds / 2)); // the other half is for the clients to take it
        Settle(Now + ((long)limit.TotalMilliseconds * 3 / 4));
        Connections.DisconnectAll();
    }

    // Replies that wait for the disk go out before the connections end.
    private void Settle(long until)
    {
        Journal?.Flush();
        while (Journal is { HasPosted: true } && Shared.Milliseconds() < until)
        {
            Inbox.Drain(this);
            Thread.Yield();
        }
    }

    /// <summary>From now on these traces are on. On the dispatcher's thread.</summary>
    public void Trace(PacketTrace[] traces)
    {
        if (traces.Length == 0)
        {
            Tracer = null;
        }
        else if (Tracer is { } tracer)
        {
            tracer.Traces = traces;
        }
        else
        {
            Tracer = new PacketTracer(this, traces);
        }
    }

    public void Tick()
    {
        int ready = Wait();
        Now = Shared.Milliseconds();
        Publications.Reclaim();
        Outboxes.Reclaim();
        for (int i = 0; i < ready; i++)
        {
            Connections.OnEvent(_events[i]);
        }

        Reader.ReadReady();
        Inbox.Drain(this);
        Timers.Advance(this, Now);
        Walks.Step(ready);
        InProcess.Publishes.GoOn();
        CloseAndFlush();
        Outboxes.Post();
        Journal?.EndTick();
        _trimmer.Look();
        Compactor.Look();
    }

    // Again until nothing is left, because a will may make work; but no more than a slice of closes in a tick.
    private void CloseAndFlush()
    {
        int left = Limits.CloseBatch;
        do
        {
            left -= Connections.CloseScheduled(left);
            _dirty.Flush();
        }
        while (left > 0 && Connections.HasScheduled);
    }

    /// <summary>The connection has output to send: it is flushed once at the end of this tick.</summary>
    public void MarkDirty(Client client, int bytes) => _dirty.Add(client, bytes);

    /// <summary>Flushes inside a tick when so much is buffered that it would fall out of the cache.</summary>
    public void FlushIfMuchIsBuffered()
    {
        if (_dirty.BufferedBytes > Limits.FlushBytes)
        {
            _dirty.Flush();
        }
    }

    public void Dispose()
    {
        InProcess.Dispose();
        Connections.CloseAll();
        Poller.Dispose();
    }

    private int Wait()
    {
        bool isBusy = Reader.HasReadable || _dirty.HasPostponed || Walks.IsBusy || Connections.HasScheduled;
        int timeout = isBusy ? 0 : Timers.MillisecondsToNext(Now);
        if (Reader.HoldsBack && timeout == 0 && !Walks.IsBusy && !Connections.HasScheduled)
        {
            timeout = 1; // another dispatcher is far behind: it gets the processor, we do not spin
        }

        timeout = Journal?.LimitSleep(timeout, Reader.WaitsForDisk) ?? timeout;
        timeout = InProcess.Publishes.IsHeldUp && timeout != 0 ? 1 : timeout;
        if (timeout == 0)
        {
            return Poller.Wait(_events, 0);
        }

        long idleSince = _spin.IsEnabled ? Shared.Timestamp() : 0;
        if (_spin.IsBetting && TrySpin(idleSince, out int ready))
        {
            return ready;
        }

        if (!Inbox.TrySleep())
        {
            return Poller.Wait(_events, 0);
        }

        ready = Poller.Wait(_events, timeout);
        Inbox.WakeUp();
        if (_spin.IsEnabled)
        {
            _spin.OnSlept(Shared.Timestamp() - idleSince);
        }

        return ready;
    }

    // Looks again until something comes or the bet is lost.
    private bool TrySpin(long since, out int ready)
    {
        long looked = since;
        while (true)
        {
            ready = Poller.Wait(_events, 0);
            long now = Shared.Timestamp();
            bool won = ready > 0 || Inbox.HasItems;
            bool interrupted = now - looked > 2 * _spin.Limit;
            if (won || interrupted || now - since > _spin.Limit)
            {
                _spin.OnBet(now - since, won, interrupted);
                return won;
            }

            looked = now;
        }
    }
}
