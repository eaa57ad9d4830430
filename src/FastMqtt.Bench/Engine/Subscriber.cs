// The receiving side of one client: from which publishers it may hear, and the last message it has from each.
namespace FastMqtt.Bench.Engine;

internal sealed class Subscriber
{
    // The last sequence number by publisher, counted from the first.
    private readonly uint[] _last;

    public Subscriber(int index, int firstPublisher, int publishers)
    {
        Index = index;
        FirstPublisher = firstPublisher;
        LastPublisher = firstPublisher;
        _last = new uint[publishers];
    }

    public int Index { get; }

    /// <summary>For messages that come once each in any order: which have come, by their number.</summary>
    public bool[]? Seen { get; init; }

    public int FirstPublisher { get; }

    public int Publishers => _last.Length;

    /// <summary>Whose message came last: probably whose comes next.</summary>
    public int LastPublisher { get; set; }

    public long Received { get; set; }

    /// <summary>Whether this subscriber may hear from the publisher at all.</summary>
    public bool Hears(int publisher) => (uint)(publisher - FirstPublisher) < (uint)_last.Length;

    public ref uint LastOf(int publisher) => ref _last[publisher - FirstPublisher];
}
