// A walk through the sessions of all dispatchers, in slices, until a page is full. The place where it stands is a
// dispatcher and the number of the session that was passed last (see HashOrder): sessions that come and go, and a
// directory that is built anew, move nothing behind it that was before it. What is taken of a session is the
// subclass's.

using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Sessions;
using FastMqtt.Broker.Topics;

namespace FastMqtt.Broker.Administration;

internal abstract class SessionWalk<T>(BrokerState state, int pageSize, CancellationToken cancellation)
    : Inspection<Page<T>>(cancellation)
{
    private readonly List<(ulong Number, Session Session)> _found = [];
    private readonly List<T> _items = [];
    private ulong _stamp;
    private int _dispatcher;
    private ulong _after;
    private int _left;
    private long _until;

    /// <summary>The only session that is walked to; null: all.</summary>
    protected byte[]? Only { get; init; }

    /// <summary>Where it stands within the session behind the last one; 0: at its beginning.</summary>
    protected ulong Within { get; set; }

    /// <summary>Whether this slice, or the page, takes no more.</summary>
    protected bool IsOver => _items.Count >= pageSize || _left <= 0 || state.Timestamp() > _until;

    /// <summary>Entries that this slice may still look at.</summary>
    protected int Left => _left;

    /// <summary>The letter of its continuations.</summary>
    protected abstract char Kind { get; }

    /// <summary>Posts the first slice.</summary>
    /// <param name="stamp">The broker's own, in its continuations.</param>
    /// <param name="after">The end of the page before; null: none.</param>
    /// <exception cref="ArgumentException">The continuation is none of this broker.</exception>
    public void Start(ulong stamp, string? after)
    {
        _stamp = stamp;
        if (after is not null)
        {
            ulong[] numbers = Continuation.Read(after, Kind, stamp, numbersMin: 3);
            _dispatcher = (int)Math.Min(numbers[0], (ulong)state.Dispatchers.Length - 1);
            _after = numbers[1];
            Within = numbers[2];
        }
        else if (Only is not null)
        {
            _dispatcher = SessionDirectory.OwnerOf(Only, state.Dispatchers.Length);
        }

        state.Dispatchers[_dispatcher].Inbox.Post(this);
    }

    /// <summary>A slice begins.</summary>
    protected virtual void Begin()
    {
    }

    /// <summary>Takes what is wanted of a session.</summary>
    /// <returns>False: the slice is over before the session is; it is gone on with from <see cref="Within"/>.</returns>
    protected abstract bool Look(Dispatcher dispatcher, Session session);

    protected void Add(T item) => _items.Add(item);

    protected void CountLook() => _left--;

    protected override Dispatcher? Next(Dispatcher dispatcher)
    {
        _left = Limits.InspectedInSlice;
        _until = state.Timestamp() + dispatcher.Slice;
        Begin();
        bool isDone = Only is null
            ? WalkOn(dispatcher)
            : !dispatcher.Sessions.TryFind(Only, out Session? only) || Look(dispatcher, only);
        if (isDone && (Only is not null || _dispatcher == state.Dispatchers.Length - 1))
        {
            Complete(new Page<T>(_items, Next: null));
            return null;
        }

        if (isDone)
        {
            _dispatcher++;
            _after = 0;
            Within = 0;
        }

        if (_items.Count < pageSize)
        {
            return state.Dispatchers[_dispatcher];
        }

        Complete(new Page<T>(_items, Continuation.Write(Kind, _stamp, (ulong)_dispatcher, _after, Within)));
        return null;
    }

    // True: all sessions of the dispatcher are passed.
    private bool WalkOn(Dispatcher dispatcher)
    {
        _found.Clear();
        ulong begun = _after + 1; // the only one that Within can be about
        ulong reached = dispatcher.Sessions.Take(_after, _left, _found);
        for (int i = 0; i < _found.Count; i++)
        {
            (ulong number, Session session) = _found[i];
            Within = number == begun ? Within : 0;
            CountLook();
            if (!Look(dispatcher, session))
            {
                _after = number - 1;
                return false;
            }

            Within = 0;
            _after = number;

            // Sessions with equal numbers are passed together: what comes next is behind a number.
            bool isTwin = i + 1 < _found.Count && _found[i + 1].Number == number;
            if (IsOver && !isTwin)
            {
                return reached == HashOrder.End && i + 1 == _found.Count;
            }
        }

        _after = reached;
        Within = 0;
        return reached == HashOrder.End;
    }
}
