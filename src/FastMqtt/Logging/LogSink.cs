// Carries log lines from any thread to one writer thread, so that a terminal or pipe nobody reads never stops a
// dispatcher. Bounded: when the reader is too slow, lines are dropped and their number is logged once it catches up.
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Threading.Channels;

namespace FastMqtt.Logging;

internal sealed class LogSink : IDisposable
{
    // Lines waiting for the reader: about 1 MB of text at most, some seconds of a busy log.
    private const int LineCountMax = 8192;

    // How long the end of the process waits for a reader that does not read.
    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(1);

    private readonly Channel<string> _lines;

    [SuppressMessage("Usage", "CA2213", Justification = "Stderr belongs to whoever opened it.")]
    private readonly TextWriter _writer;

    private readonly Thread _thread;
    private long _dropped;

    public LogSink(TextWriter writer)
    {
        _writer = writer;
        _lines = Channel.CreateBounded<string>(
            new BoundedChannelOptions(LineCountMax) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
        _thread = new Thread(Run) { IsBackground = true, Name = "log" };
        _thread.Start();
    }

    /// <summary>Queues a line; drops and counts it when the queue is full or closed.</summary>
    public void Write(string line)
    {
        if (!_lines.Writer.TryWrite(line))
        {
            Interlocked.Increment(ref _dropped);
        }
    }

    public void Dispose()
    {
        _lines.Writer.TryComplete();
        _thread.Join(CloseLimit);
    }

    private void Run()
    {
        ChannelReader<string> reader = _lines.Reader;
        try
        {
            while (reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
            {
                Drain(reader);
            }
        }
        catch (IOException)
        {
            // Nobody holds the other end of stderr any more, so there is nobody to tell either.
            _lines.Writer.TryComplete();
        }
    }

    private void Drain(ChannelReader<string> reader)
    {
        while (reader.TryRead(out string? line))
        {
            _writer.WriteLine(line);
        }

        long dropped = Interlocked.Exchange(ref _dropped, 0);
        if (dropped > 0)
        {
            string count = dropped.ToString(CultureInfo.InvariantCulture);
            _writer.WriteLine($"Warning: {count} log lines dropped, the log is not read fast enough");
        }

        _writer.Flush();
    }
}
