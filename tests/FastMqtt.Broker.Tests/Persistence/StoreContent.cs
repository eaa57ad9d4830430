// What a store tells, a line of text for each row, in the order it is told.

using System.Text;
using FastMqtt.Broker.Persistence;
using Xunit;

namespace FastMqtt.Broker.Tests.Persistence;

internal sealed class StoreContent : IStoreReader
{
    public List<string> Sessions { get; } = [];

    public List<string> Subscriptions { get; } = [];

    public List<SegmentRow> Segments { get; } = [];

    public List<string> Retained { get; } = [];

    public List<string> Log { get; } = [];

    public int Rows => Sessions.Count + Subscriptions.Count + Segments.Count + Retained.Count + Log.Count;

    public IEnumerable<string> All =>
        [.. Sessions, .. Subscriptions, .. Segments.Select(segment => segment.ToString()), .. Retained, .. Log];

    public static StoreContent Of(IStore store)
    {
        var content = new StoreContent();
        store.Recover(content);
        return content;
    }

    public void OnSession(SessionRow session, long logId, ReadOnlySpan<byte> state)
    {
        Assert.Equal(0, Subscriptions.Count + Segments.Count + Retained.Count + Log.Count);
        string will = session.Will is null ? "no will" : Text(session.Will);
        Sessions.Add($"{session.Id} {Text(session.ClientIdentifier)} {session.UserName ?? "nobody"} "
            + $"{session.Listener ?? "nowhere"} {session.ExpiryInterval} {session.DisconnectedAt} {will} "
            + $"{logId} '{Text(state)}'");
    }

    public void OnSubscription(in SubscriptionRow subscription)
    {
        Assert.Equal(0, Segments.Count + Retained.Count + Log.Count);
        Subscriptions.Add($"{subscription.Session} '{Text(subscription.ShareName)}' {Text(subscription.Filter)} "
            + $"{subscription.Options} {subscription.Identifier}");
    }

    public void OnSegment(in SegmentRow segment)
    {
        Assert.Equal(0, Retained.Count + Log.Count);
        Segments.Add(segment);
    }

    public void OnRetained(in RetainedRow retained)
    {
        Assert.Empty(Log);
        Retained.Add($"{Text(retained.Topic)} '{Text(retained.Payload)}' '{Text(retained.Properties)}' {retained.QoS} "
            + $"{retained.ExpiresAt} {retained.Publisher} {retained.ClientIdentifier ?? "nobody"} "
            + $"{retained.UserName ?? "nobody"} {retained.Listener ?? "nowhere"}");
    }

    public void OnLog(long id, ReadOnlySpan<byte> content) => Log.Add($"{id} {Text(content)}");

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
}
