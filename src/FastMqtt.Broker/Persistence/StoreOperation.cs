// One change to the rows of a store. A struct with a field for every kind: a batch keeps thousands of them in one list
// that is filled again, so that setting a retained message allocates nothing.

using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Sessions;

namespace FastMqtt.Broker.Persistence;

internal enum StoreOperationKind : byte
{
    /// <summary>Nothing: another operation of the batch has done it.</summary>
    Nothing,

    /// <summary>Adds or replaces a session's row, but for its state: <see cref="StoreOperation.Row"/>.</summary>
    PutSession,

    /// <summary>Deletes a session with its subscriptions and segments.</summary>
    DeleteSession,

    /// <summary>
    /// Replaces a session's state by <see cref="StoreOperation.Content"/>, which contains the log up to
    /// <see cref="StoreOperation.Number"/>. Of no effect when the session is not there.
    /// </summary>
    PutState,

    /// <summary>Adds or replaces: <see cref="StoreOperation.Name"/> (share name), Topic (filter), Number.</summary>
    PutSubscription,

    DeleteSubscription,

    /// <summary>Adds or replaces a segment: Head, Content.</summary>
    PutSegment,

    /// <summary>Deletes the segment of a session that begins with <see cref="StoreOperation.Number"/>.</summary>
    DeleteSegment,

    /// <summary>Adds or replaces: Publication, and Number for when it expires (0: never).</summary>
    PutRetained,

    /// <summary>Deletes what is retained for <see cref="StoreOperation.Topic"/>.</summary>
    DeleteRetained,

    /// <summary>Deletes the entry <see cref="StoreOperation.Number"/> of the log.</summary>
    DeleteLog,
}

internal struct StoreOperation
{
    public StoreOperationKind Kind;
    public byte Options;
    public long Session;
    public long Number;
    public SessionRow? Row;
    public SegmentRow Head;
    public byte[]? Name;
    public byte[]? Topic;
    public ReadOnlyMemory<byte> Bytes;

    /// <summary>Of <see cref="StoreOperationKind.PutSegment"/>: has the content, unless Bytes is that.</summary>
    public QueueSegment? Segment;

    /// <summary>Owns one reference.</summary>
    public Publication? Publication;

    /// <summary>Of <see cref="StoreOperationKind.PutState"/> and PutSegment.</summary>
    public readonly ReadOnlySpan<byte> Content => Segment is { } segment ? segment.Content : Bytes.Span;

    /// <summary>A subscription of a session is there, or is not.</summary>
    public static StoreOperation Of(
        StoreOperationKind kind, DurableSession session, Topics.Subscription subscription) => new()
        {
            Kind = kind,
            Session = session.Id,
            Name = subscription.ShareName.ToArray(),
            Topic = subscription.Filter.ToArray(),
            Options = subscription.Options.Value,
            Number = subscription.Identifier,
        };

    /// <summary>Of <see cref="StoreOperationKind.PutRetained"/>.</summary>
    public readonly RetainedRow Retained => new()
    {
        Topic = Publication!.Topic,
        Payload = Publication.Payload,
        Properties = Publication.Properties,
        QoS = (byte)Publication.QoS,
        ExpiresAt = Number,
        Publisher = Publication.Publisher,
        ClientIdentifier = Publication.Source?.ClientId,
        UserName = Publication.Source?.UserName,
        Listener = Publication.Source?.ListenerName,
    };

    /// <summary>Of <see cref="StoreOperationKind.PutSubscription"/> and DeleteSubscription.</summary>
    public readonly SubscriptionRow Subscription => new()
    {
        Session = Session,
        ShareName = Name,
        Filter = Topic,
        Options = Options,
        Identifier = (uint)Number,
    };
}
