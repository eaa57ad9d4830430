// One page of retained messages. The walk is a RetainedCursor, a step of it in each slice; between pages its place is
// text in the hand of whoever asks, and nothing here.

using System.Text;
using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Topics;

namespace FastMqtt.Broker.Administration;

internal sealed class RetainedListing(BrokerState state, RetainedQuery query, CancellationToken cancellation)
    : Inspection<Page<RetainedInfo>>(cancellation)
{
    private const char Kind = 'r';

    private readonly Publication[] _step = new Publication[Limits.RetainedInSlice];
    private readonly List<RetainedInfo> _items = [];
    private ulong _stamp;
    private RetainedCursor? _cursor;

    /// <summary>Posts the first slice.</summary>
    /// <exception cref="ArgumentException">The continuation is none of this broker.</exception>
    public void Start(ulong stamp)
    {
        _stamp = stamp;
        byte[] filter = Encoding.UTF8.GetBytes(query.TopicFilter);
        _cursor = query.After is { } after
            ? state.Retained.Reopen(filter, Continuation.Read(after, Kind, stamp, RetainedCursor.PlaceMin))
            : state.Retained.Open(filter, seesReplaced: true);
        state.Dispatchers[0].Inbox.Post(this);
    }

    protected override Dispatcher? Next(Dispatcher dispatcher)
    {
        int most = Math.Min(_step.Length, query.PageSize - _items.Count);
        int count = _cursor!.TakeStep(_step.AsSpan(0, most), dispatcher.Now);
        for (int i = 0; i < count; i++)
        {
            _items.Add(RetainedInfo.Of(state, _step[i], query.IncludePayload));
            dispatcher.Publications.Release(_step[i]);
            _step[i] = null!;
        }

        if (_cursor.IsFinished)
        {
            Complete(new Page<RetainedInfo>(_items, Next: null));
            return null;
        }

        if (_items.Count < query.PageSize)
        {
            return dispatcher;
        }

        Complete(new Page<RetainedInfo>(_items, Continuation.Write(Kind, _stamp, _cursor.Place())));
        return null;
    }
}
