// The one thread that talks to the store while the broker runs. Dispatchers post batches and go on; it takes all that
// have come (one of each dispatcher at the most, so their number is bounded), encodes them, and commits them as one
// transaction. Reads of segments come the same way, behind what was posted before them.
//
// When the disk fails the transaction is tried again until it works: nothing of it is lost, replies wait, everything
// that needs no disk goes on. Whoever asks for more than Limits.StoreGrace after that is refused by the journals. One
// line of the log when it begins, one when it is over.

using System.Threading.Channels;
using FastMqtt.Broker.Diagnostics;
using FastMqtt.Broker.Dispatch;
using FastMqtt.Transport;
using FastMqtt.Transport.Buffers;

namespace FastMqtt.Broker.Persistence;

#pragma warning disable CA1001 // End disposes what it has.
internal sealed class StoreWriter
#pragma warning restore CA1001
{
    /// <summary>Milliseconds between two attempts: soon at first, then as long as a person notices.</summary>
    private const int RetryMin = 20;
    private const int RetryMax = 1_000;

    /// <summary>Milliseconds that the end of the broker waits for a disk that fails.</summary>
    private const int EndGrace = 3_000;

    /// <summary>Milliseconds of a commit that are worth a line of the log, and between two such lines.</summary>
    private const int SlowCommit = 400;
    private const int SlowLineInterval = 60_000;

    // Who posts wakes the writer himself. By way of the thread pool, three of its threads spin beside a busy writer.
    private readonly Channel<object> _requests = Channel.CreateUnbounded<object>(
        new UnboundedChannelOptions { SingleReader = true, AllowSynchronousContinuations = true });

    private readonly BrokerState _shared;
    private readonly IStore _store;
    private readonly PersistenceOptions _options;
    private readonly PublicationPool _pool = new(new SlabPool());
    private readonly List<JournalBatch> _batches = [];
    private readonly ManualResetEventSlim _ended = new();
    private Thread? _thread;
    private long _logId;
    private long _sessionId;
    private long _failingSince;
    private long _slowLineAt;

    public StoreWriter(BrokerState shared, IStore store, PersistenceOptions options)
    {
        _shared = shared;
        _store = store;
        _options = options;
    }

    public IStore Store => _store;

    public Durability Durability => _options.Durability;

    public long QueueMemoryBytes => _options.QueueMemoryBytes;

    /// <summary>How long changes wait that nobody waits for.</summary>
    public long LazyMilliseconds => Durability switch
    {
        Durability.Commit => Limits.StoreLazyInterval,
        Durability.Interval => (long)_options.Interval.TotalMilliseconds,
        _ => 1_000,
    };

    public StoreLimits Sizes { get; set; } = new();

    /// <summary>Whether some dispatcher has so much to store that who causes it should not be read.</summary>
    public bool IsBehind
    {
        get
        {
            foreach (Dispatcher dispatcher in _shared.Dispatchers)
            {
                if (dispatcher.Journal!.IsOverLimit)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Transactions that were committed.</summary>
    public long Commits { get; private set; }

    public long NextLogId() => Interlocked.Increment(ref _logId);

    public long NextSessionId() => Interlocked.Increment(ref _sessionId);

    /// <summary>What an earlier run has used.</summary>
    public void SkipIds(long logId, long sessionId)
    {
        _logId = Math.Max(_logId, logId);
        _sessionId = Math.Max(_sessionId, sessionId);
    }

    /// <summary>Whether the disk has failed for so many milliseconds.</summary>
    public bool HasFailedFor(long milliseconds) =>
        Volatile.Read(ref _failingSince) is > 0 and var since && _shared.Milliseconds() - since >= milliseconds;

    public void Start()
    {
        _thread = new Thread(Run) { Name = "store" };
        _thread.Start();
    }

    public void Post(JournalBatch batch) => _requests.Writer.TryWrite(batch);

    /// <summary>Reads a segment behind all that was posted; null: it is not there or cannot be read.</summary>
    public void Read(long session, long first, Action<byte[]?> take) =>
        _requests.Writer.TryWrite(new ReadRequest(session, first, take));

    /// <summary>Everything that was posted is committed and lies in the store's file.</summary>
    public Task CheckpointAsync()
    {
        var request = new CheckpointRequest(new(TaskCreationOptions.RunContinuationsAsynchronously));
        return _requests.Writer.TryWrite(request) ? request.Done.Task : Task.CompletedTask; // End has done it
    }

    /// <summary>No more requests: what was posted is committed, and the store is closed.</summary>
    public void End()
    {
        _requests.Writer.TryComplete();
        _ended.Set();
        _thread?.Join();
        try
        {
            _store.Checkpoint();
        }
        catch (StoreException failure)
        {
            _shared.Log.StoreFails(failure.Message);
        }

        _store.Dispose();
        _ended.Dispose();
    }

    /// <summary>Does what was posted, on the caller's thread: for tests, which have no other.</summary>
    public bool RunOnce()
    {
        if (!_requests.Reader.TryPeek(out _))
        {
            return false;
        }

        Serve();
        return true;
    }

    private void Run()
    {
        ThreadSlice.TrySet(TimeSpan.FromMilliseconds(Limits.WriterSlice)); // dispatchers beside it go first
        ChannelReader<object> reader = _requests.Reader;
        while (reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            Serve();
        }
    }

    // Batches until something else comes, then that.
    private void Serve()
    {
        object? other = null;
        while (other is null && _requests.Reader.TryRead(out object? request))
        {
            if (request is JournalBatch batch)
            {
                _batches.Add(batch);
            }
            else
            {
                other = request;
            }
        }

        if (_batches.Count > 0)
        {
            Commit();
        }

        switch (other)
        {
            case ReadRequest read:
                read.Take(ReadSegment(read));
                break;
            case CheckpointRequest checkpoint:
                Checkpoint(checkpoint);
                break;
            default:
                break;
        }
    }

    private void Commit()
    {
        foreach (JournalBatch batch in _batches)
        {
            batch.Seal(_shared, _pool);
        }

        long began = _shared.Milliseconds();
        bool isCommitted = TryCommit();
        for (int delay = RetryMin; !isCommitted; delay = Math.Min(delay * 2, RetryMax))
        {
            if (_ended.IsSet && _shared.Milliseconds() - began > EndGrace)
            {
                break;
            }

            _ended.Wait(delay);
            isCommitted = TryCommit();
        }

        LogSlow(_shared.Milliseconds() - began);
        foreach (JournalBatch batch in _batches)
        {
            batch.Release(_pool);
            if (isCommitted)
            {
                _shared.Dispatchers[batch.Home.DispatcherId].Inbox.Post(batch.Notice);
            }
        }

        _batches.Clear();
    }

    private bool TryCommit()
    {
        try
        {
            // The transaction takes batches; the list has journal batches, which are such.
            StoreBatch[] batches = [.. _batches];
            _store.Commit(batches, force: Durability != Durability.Off);
            Commits++;
            if (_failingSince != 0)
            {
                _shared.Log.StoreWorks(_shared.Milliseconds() - _failingSince);
                Volatile.Write(ref _failingSince, 0);
            }

            return true;
        }
        catch (StoreException failure)
        {
            if (_failingSince == 0)
            {
                _shared.Log.StoreFails(failure.Message);
                Volatile.Write(ref _failingSince, _shared.Milliseconds());
            }

            return false;
        }
    }

    private void LogSlow(long milliseconds)
    {
        long now = _shared.Milliseconds();
        if (milliseconds > SlowCommit && _failingSince == 0 && now >= _slowLineAt)
        {
            _slowLineAt = now + SlowLineInterval;
            _shared.Log.StoreIsSlow(milliseconds);
        }
    }

    private byte[]? ReadSegment(ReadRequest request)
    {
        try
        {
            return _store.ReadSegment(request.Session, request.First);
        }
        catch (StoreException failure)
        {
            _shared.Log.StoreFails(failure.Message);
            return null;
        }
    }

    private void Checkpoint(CheckpointRequest request)
    {
        try
        {
            _store.Checkpoint();
            request.Done.SetResult();
        }
        catch (StoreException failure)
        {
            request.Done.SetException(failure);
        }
    }

    private sealed record ReadRequest(long Session, long First, Action<byte[]?> Take);

    private sealed record CheckpointRequest(TaskCompletionSource Done);
}
