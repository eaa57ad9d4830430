// An in-process subscription that is read with await foreach. Subscribes when it is made; what its reader has not taken
// lies in a MessageBuffer. It is its own enumerator, since it has one reader; that ends (break, an exception, the end
// of the broker) with the subscription.

namespace FastMqtt.Broker.InProcess;

/// <summary>
/// The messages of an in-process subscription, for one reader. Subscribing begins with the call that makes it; what is
/// published after <see cref="Subscribed"/> has completed is received, and the first MoveNextAsync does not complete
/// before that. It must be read to its end or disposed of; leaving await foreach does that.
/// </summary>
public sealed class MessageStream : IAsyncEnumerable<ReceivedMessage>, IAsyncEnumerator<ReceivedMessage>
{
    private readonly InProcessSubscription _subscription;
    private readonly MessageBuffer _buffer;
    private CancellationToken _cancellation;
    private int _isRead;

    internal MessageStream(InProcessSubscription subscription, Task subscribed)
    {
        _subscription = subscription;
        _buffer = subscription.Buffer!;
        Subscribed = subscribed;
    }

    /// <summary>What it was subscribed to.</summary>
    public string TopicFilter => _subscription.TopicFilter;

    /// <summary>
    /// Completes when the subscription is active; with an UnauthorizedAccessException when access rules deny it, an
    /// ObjectDisposedException when the broker has stopped, an InvalidOperationException when the filter has too many
    /// share names. Reading throws the same.
    /// </summary>
    public Task Subscribed { get; }

    /// <summary>
    /// Messages that were dropped because the reader is too slow, see <see cref="SubscribeOptions.WhenFull"/>.
    /// </summary>
    public long Dropped => _subscription.Dropped;

    /// <summary>What the last MoveNextAsync has read.</summary>
    public ReceivedMessage Current => _buffer.Current
        ?? throw new InvalidOperationException("Nothing has been read.");

    /// <summary>For await foreach, once.</summary>
    /// <exception cref="InvalidOperationException">It is read already.</exception>
    public IAsyncEnumerator<ReceivedMessage> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        if (Interlocked.Exchange(ref _isRead, 1) != 0)
        {
            throw new InvalidOperationException("A message stream has one reader.");
        }

        _cancellation = cancellationToken;
        return this;
    }

    /// <summary>
    /// Waits for the next message. False: the subscription or the broker has ended, and all was read.
    /// </summary>
    public ValueTask<bool> MoveNextAsync() => Subscribed.IsCompletedSuccessfully
        ? _buffer.ReadAsync(_cancellation)
        : ReadFirstAsync();

    /// <summary>Unsubscribes. What was not read is gone.</summary>
    public ValueTask DisposeAsync() => _subscription.DisposeAsync();

    private async ValueTask<bool> ReadFirstAsync()
    {
        await Subscribed.WaitAsync(_cancellation).ConfigureAwait(false);
        return await _buffer.ReadAsync(_cancellation).ConfigureAwait(false);
    }
}
