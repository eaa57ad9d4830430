// Carries log lines from any thread to one writer thread, so that a terminal or pipe nobody reads never stops a
// dispatcher. Bounded: when the reader is too slow, lines are dropped and their number is logged once it catches up.
// A line is copied into the buffer being filled; the writer swaps the two and writes what it got in one call, so a
// storm of connections costs a copy each, not a wake-up and a system call each.
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace FastMqtt.Logging;

internal sealed class LogSink : IDisposable
{
    // Characters waiting for the writer: 2 MB, or 10,000 lines about a connection.
    private const int CharactersMax = 1 << 20;

    // Characters of a buffer that is kept; a larger one is left to the collector after the burst that needed it.
    private const int CharactersKept = 4 << 10;

    // Milliseconds the writer waits for more once it is woken.
    private const int CollectMilliseconds = 10;

    // How long the end of the process waits for a reader that does not read.
    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(1);

    [SuppressMessage("Usage", "CA2213", Justification = "Stderr belongs to whoever opened it.")]
    private readonly TextWriter _writer;

    private readonly object _gate = new();
    private readonly Thread _thread;
    private char[] _filling = new char[CharactersKept];
    private char[] _spare = new char[CharactersKept];
    private int _length;
    private long _dropped;
    private bool _isIdle;
    private bool _isClosed;

    public LogSink(TextWriter writer)
    {
        _writer = writer;
        _thread = new Thread(Run) { IsBackground = true, Name = "log" };
        _thread.Start();
    }

    /// <summary>Takes a copy of a line; drops and counts it when too much waits or the sink is closed.</summary>
    public void Write(ReadOnlySpan<char> line)
    {
        lock (_gate)
        {
            int needed = _length + line.Length + 1;
            if (_isClosed || needed > CharactersMax)
            {
                _dropped++;
                return;
            }

            if (needed > _filling.Length)
            {
                Array.Resize(ref _filling, Math.Min(CharactersMax, Math.Max(needed, 2 * _filling.Length)));
            }

            line.CopyTo(_filling.AsSpan(_length));
            _filling[needed - 1] = '\n';
            _length = needed;
            if (_isIdle)
            {
                _isIdle = false;
                Monitor.Pulse(_gate);
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isClosed = true;
            Monitor.Pulse(_gate);
        }

        _thread.Join(CloseLimit);
    }

    private void Run()
    {
        try
        {
            while (TryTake(out char[] text, out int length, out long dropped))
            {
                _writer.Write(text, 0, length);
                if (dropped > 0)
                {
                    string count = dropped.ToString(CultureInfo.InvariantCulture);
                    _writer.WriteLine($"Warning: {count} log lines dropped, the log is not read fast enough");
                }

                _writer.Flush();
            }
        }
        catch (IOException)
        {
            // Nobody holds the other end of stderr any more, so there is nobody to tell either.
            lock (_gate)
            {
                _isClosed = true;
            }
        }
    }

    // Waits for lines and takes them all, with the number of those dropped since the last time. False: closed, no more.
    private bool TryTake(out char[] text, out int length, out long dropped)
    {
        lock (_gate)
        {
            while (_length == 0 && !_isClosed)
            {
                _isIdle = true;
                Monitor.Wait(_gate);
            }

            if (!_isClosed)
            {
                Monitor.Wait(_gate, CollectMilliseconds); // only Dispose pulses now
            }

            text = _filling;
            length = _length;
            dropped = _dropped;
            _filling = _spare.Length > CharactersKept ? new char[CharactersKept] : _spare;
            _spare = text;
            _length = 0;
            _dropped = 0;
            return length > 0;
        }
    }
}
