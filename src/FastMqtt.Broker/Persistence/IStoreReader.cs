// Who is told what a store holds: recovery, and who copies a store. Spans are valid during the call only.

namespace FastMqtt.Broker.Persistence;

internal interface IStoreReader
{
    /// <param name="session">The row.</param>
    /// <param name="logId">Entries of the log up to this one are contained in the state, for this session.</param>
    /// <param name="state">What SessionState wrote; empty: nothing yet.</param>
    public void OnSession(SessionRow session, long logId, ReadOnlySpan<byte> state);

    public void OnSubscription(in SubscriptionRow subscription);

    public void OnSegment(in SegmentRow segment);

    public void OnRetained(in RetainedRow retained);

    public void OnLog(long id, ReadOnlySpan<byte> content);
}
