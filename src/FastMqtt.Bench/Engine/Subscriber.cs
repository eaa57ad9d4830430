// The receiving side of one client: from which publishers it may hear, and the last message it has from each.
namespace FastMqtt.Bench.Engine;

internal sealed class Subscriber
{
    // The last sequence number by publisher, counted from the first.
    private readonly uint[] _last;

    private readonly int _firstPublisher;
    private readonly int _step;

    /// <summary>Hears so many publishers: the first, and from there every step-th.</summary>
    public Subscriber(int index, int firstPublisher, int publishers, int step = 1)
    {
        Index = index;
        _firstPublisher = firstPublisher;
        _step = step;
        LastPublisher = firstPublisher;
        _last = new uint[publishers];
    }

    public int Index { get; }

    /// <summary>For messages that come once each in any order: which have come, by their number.</summary>
    public bool[]? Seen { get; init; }

    public int Publishers => _last.Length;

    /// <summary>Whose message came last: probably whose comes next.</summary>
    public int LastPublisher { get; set; }

    public long Received { get; set; }

    /// <summary>Whether this subscriber may hear from the publisher at all.</summary>
    public bool Hears(int publisher)
    {
        (int place, int rest) = Math.DivRem(publisher - _firstPublisher, _step);
        return rest == 0 && (uint)place < (uint)_last.Length;
    }

    public int PublisherAt(int place) => _firstPublisher + (place * _step);

    public ref uint LastOf(int publisher) => ref _last[(publisher - _firstPublisher) / _step];
}
