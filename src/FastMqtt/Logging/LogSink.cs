// Carries log lines from any thread to the one thread that writes them to one destination, so that a terminal nobody
// reads, or a file system that hangs, never stops a dispatcher, nor another destination. Bounded: when it is too slow,
// lines are dropped and their number is logged once it catches up.
// A line is copied into the buffer being filled, behind a character with its type and one with its length; the writer
// swaps the two buffers and writes what it got in one go, so a storm of connections costs a copy each, not a wake-up
// and a system call each.

namespace FastMqtt.Logging;

internal sealed class LogSink : IDisposable
{
    /// <summary>Characters of a line; what is longer is cut.</summary>
    public const int LineCharactersMax = char.MaxValue;

    // Characters waiting for the writer: 2 MB, or 10,000 lines about a connection.
    private const int CharactersMax = 1 << 20;

    // Characters of a buffer that is kept; a larger one is left to the collector after the burst that needed it.
    private const int CharactersKept = 4 << 10;

    // Milliseconds the writer waits for more once it is woken.
    private const int CollectMilliseconds = 10;

    private const int HeadCharacters = 2;

    // How long the end of the process waits for a reader that does not read.
    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(1);

    private readonly ILogDestination _destination;
    private readonly Func<long, string> _sayDropped;
    private readonly object _gate = new();
    private readonly Thread _thread;
    private char[] _filling = new char[CharactersKept];
    private char[] _spare = new char[CharactersKept];
    private int _length;
    private long _dropped;
    private bool _isIdle;
    private bool _isClosed;
    private bool _mustReopen;

    /// <param name="destination">Belongs to the sink.</param>
    /// <param name="sayDropped">The line that says how many were dropped, in the form of the others.</param>
    public LogSink(ILogDestination destination, Func<long, string> sayDropped)
    {
        _destination = destination;
        _sayDropped = sayDropped;
        _thread = new Thread(Run) { IsBackground = true, Name = "log" };
        _thread.Start();
    }

    public ILogDestination Destination => _destination;

    /// <summary>Takes a copy of a line; drops and counts it when too much waits or the sink is closed.</summary>
    public void Write(LogTypes type, ReadOnlySpan<char> line)
    {
        line = line.Length > LineCharactersMax ? line[..LineCharactersMax] : line;
        lock (_gate)
        {
            int needed = _length + HeadCharacters + line.Length;
            if (_isClosed || needed > CharactersMax)
            {
                _dropped++;
                return;
            }

            if (needed > _filling.Length)
            {
                Array.Resize(ref _filling, Math.Min(CharactersMax, Math.Max(needed, 2 * _filling.Length)));
            }

            _filling[_length] = (char)type;
            _filling[_length + 1] = (char)line.Length;
            line.CopyTo(_filling.AsSpan(_length + HeadCharacters));
            _length = needed;
            WakeWriter();
        }
    }

    /// <summary>The destination opens its file anew, behind what was logged before.</summary>
    public void Reopen()
    {
        lock (_gate)
        {
            _mustReopen = true;
            WakeWriter();
        }
    }

    /// <summary>Writes what is queued, then stops; a destination that hangs is left to itself.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isClosed = true;
            Monitor.Pulse(_gate);
        }

        _thread.Join(CloseLimit);
    }

    private void WakeWriter()
    {
        if (_isIdle)
        {
            _isIdle = false;
            Monitor.Pulse(_gate);
        }
    }

    private void Run()
    {
        while (TryTake(out char[] text, out int length, out long dropped, out bool reopen))
        {
            WriteLines(text.AsSpan(0, length), dropped);
            if (reopen)
            {
                Attempt(static destination => destination.Reopen(), 1);
            }
        }

        _destination.Dispose();
    }

    private void WriteLines(ReadOnlySpan<char> lines, long dropped)
    {
        int count = 0;
        try
        {
            for (; !lines.IsEmpty; lines = lines[(HeadCharacters + lines[1])..])
            {
                count++;
                _destination.Append((LogTypes)lines[0], lines.Slice(HeadCharacters, lines[1]));
            }

            if (dropped > 0)
            {
                _destination.Append(LogTypes.Warning, _sayDropped(dropped));
            }

            _destination.Flush();
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException)
        {
            Count(count + dropped); // a full disk may have room again; to the end of a pipe nobody holds, nothing comes
        }
    }

    private void Attempt(Action<ILogDestination> act, long lost)
    {
        try
        {
            act(_destination);
        }
        catch (IOException)
        {
            Count(lost);
        }
    }

    private void Count(long dropped)
    {
        lock (_gate)
        {
            _dropped += dropped;
        }
    }

    // Waits for lines and takes them all, with the number of those dropped since the last time. False: closed, no more.
    private bool TryTake(out char[] text, out int length, out long dropped, out bool reopen)
    {
        lock (_gate)
        {
            while (_length == 0 && !_isClosed && !_mustReopen)
            {
                _isIdle = true;
                Monitor.Wait(_gate);
            }

            if (!_isClosed && !_mustReopen)
            {
                Monitor.Wait(_gate, CollectMilliseconds); // only Dispose pulses now
            }

            text = _filling;
            length = _length;
            dropped = _dropped;
            reopen = _mustReopen;
            _filling = _spare.Length > CharactersKept ? new char[CharactersKept] : _spare;
            _spare = text;
            _length = 0;
            _dropped = 0;
            _mustReopen = false;
            return length > 0 || reopen || !_isClosed;
        }
    }
}
