// What lies between a subscription on its dispatcher and the reader of its MessageStream: copies, in order, bounded by
// messages and bytes. One dispatcher adds, one reader takes; a lock, because each holds it for nanoseconds.
//
// The reader waits in ReadAsync: _isAwaited is set under the lock when there was nothing, and whoever clears it (a
// message, the end, a cancellation) completes the wait, once. The continuation runs on the thread pool.
// Room: the dispatcher asks (HasRoomOrAsks) before it lets something wait elsewhere; when the reader has emptied half
// of the buffer afterwards it says so, once (onRoom).

using System.Threading.Tasks.Sources;

namespace FastMqtt.Broker.InProcess;

internal sealed class MessageBuffer(SubscribeOptions options, Action onRoom) : IValueTaskSource<bool>
{
    private readonly Lock _lock = new();
    private readonly Queue<ReceivedMessage> _messages = new();
    private ManualResetValueTaskSourceCore<bool> _wait = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _registration;
    private long _bytes;
    private bool _isAwaited;
    private bool _isEnded;
    private bool _wantsRoom;

    /// <summary>What was read last. The reader's.</summary>
    public ReceivedMessage? Current { get; private set; }

    /// <summary>Whether there is room; if not, the reader will say when there is.</summary>
    public bool HasRoomOrAsks()
    {
        lock (_lock)
        {
            _wantsRoom = IsFull;
            return !IsFull;
        }
    }

    /// <summary>Adds a copy. False: it, or in its stead the oldest one, was dropped.</summary>
    public bool Add(in ReceivedSpan message)
    {
        bool isWaking;
        bool hasDropped = false;
        lock (_lock)
        {
            if (IsFull)
            {
                if (options.WhenFull != FullBufferPolicy.DropOldest)
                {
                    return false;
                }

                _bytes -= _messages.Dequeue().Bytes;
                hasDropped = true;
            }

            var copy = new ReceivedMessage(in message);
            isWaking = _isAwaited;
            _isAwaited = false;
            if (isWaking)
            {
                Current = copy;
            }
            else
            {
                _messages.Enqueue(copy);
                _bytes += copy.Bytes;
            }
        }

        if (isWaking)
        {
            _wait.SetResult(true);
        }

        return !hasDropped;
    }

    /// <summary>Nothing more comes: what is there can be read still.</summary>
    public void End()
    {
        bool isWaking;
        lock (_lock)
        {
            _isEnded = true;
            isWaking = _isAwaited;
            _isAwaited = false;
        }

        if (isWaking)
        {
            _wait.SetResult(false);
        }
    }

    /// <summary>Reads the next message into <see cref="Current"/>; false: there is none and none will come.</summary>
    /// <exception cref="InvalidOperationException">Somebody waits already.</exception>
    public ValueTask<bool> ReadAsync(CancellationToken cancellation)
    {
        bool hasRoom;
        lock (_lock)
        {
            if (_isAwaited)
            {
                throw new InvalidOperationException("A message stream has one reader.");
            }

            if (!_messages.TryDequeue(out ReceivedMessage? message))
            {
                return _isEnded ? new(false) : Wait(cancellation);
            }

            Current = message;
            _bytes -= message.Bytes;
            hasRoom = _wantsRoom
                && _messages.Count <= options.BufferedMessages / 2
                && _bytes <= options.BufferedBytes / 2;
            _wantsRoom &= !hasRoom;
        }

        if (hasRoom)
        {
            onRoom();
        }

        return new(true);
    }

    public bool GetResult(short token)
    {
        _registration.Dispose();
        _registration = default;
        return _wait.GetResult(token);
    }

    public ValueTaskSourceStatus GetStatus(short token) => _wait.GetStatus(token);

    public void OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _wait.OnCompleted(continuation, state, token, flags);

    // Under the lock: nobody completes the wait before it has begun. A callback that runs at once takes the same lock
    // again, on this thread.
    private ValueTask<bool> Wait(CancellationToken cancellation)
    {
        _wait.Reset();
        _isAwaited = true;
        var task = new ValueTask<bool>(this, _wait.Version);
        if (cancellation.CanBeCanceled)
        {
            _registration = cancellation.UnsafeRegister(
                static (buffer, token) => ((MessageBuffer)buffer!).Cancel(token), this);
        }

        return task;
    }

    private void Cancel(CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (!_isAwaited)
            {
                return;
            }

            _isAwaited = false;
        }

        _wait.SetException(new OperationCanceledException(cancellation));
    }

    private bool IsFull => _messages.Count >= options.BufferedMessages || _bytes >= options.BufferedBytes;
}
