// The log of the process: one line each, to the destinations the operator chose. Owns the destinations and can be set
// up anew while the broker runs. Takes the place of the console provider of Microsoft.Extensions.Logging, which brings
// options, dependency injection and configuration along: none of it is wanted between start and first CONNECT.
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace FastMqtt.Logging;

internal sealed class LineLoggerFactory : ILoggerFactory
{
    [SuppressMessage("Usage", "CA2213", Justification = "Standard output belongs to whoever opened it.")]
    private readonly TextWriter _output;

    [SuppressMessage("Usage", "CA2213", Justification = "Standard error belongs to whoever opened it.")]
    private readonly TextWriter _error;

    private readonly TimeProvider _time;
    private readonly string _syslogPath;
    private readonly Dictionary<string, LogSink> _sinks = [];
    private volatile LogRoute _route;
    private IDisposable? _debug;

    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The file must not be opened.</exception>
    public LineLoggerFactory(
        TextWriter output,
        TextWriter error,
        LogSettings settings,
        TimeProvider? time = null,
        string syslogPath = SyslogDestination.SystemPath)
    {
        _output = output;
        _error = error;
        _time = time ?? TimeProvider.System;
        _syslogPath = syslogPath;
        _route = new LogRoute(settings, LogTypes.None, []);
        Apply(settings);
    }

    /// <summary>Takes a topic and a payload of a line logged on topics; null: there is no broker yet.</summary>
    public Func<byte[], byte[], bool>? Publish
    {
        get;
        set
        {
            field = value;
            foreach (LogSink sink in _sinks.Values)
            {
                Connect(sink);
            }
        }
    }

    /// <summary>
    /// Begins to log what only debugging is worth, every packet; called when and for as long as the type debug is on.
    /// </summary>
    public Func<ILogger, IDisposable>? BeginDebug
    {
        get;
        set
        {
            field = value;
            SwitchDebug();
        }
    }

    // Categories are not shown: what is logged must make sense without the name of a class.
    public ILogger CreateLogger(string categoryName) => new LineLogger(() => _route, _time);

    public void AddProvider(ILoggerProvider provider) =>
        throw new NotSupportedException("The destinations of the log are in its settings.");

    /// <summary>
    /// From now on the log is as the settings say. Destinations that stay are kept, so that no line is lost. When a
    /// file cannot be opened, everything stays as it was. One thread at a time.
    /// </summary>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The file must not be opened.</exception>
    public void Apply(LogSettings settings)
    {
        Dictionary<string, LogSink> wanted = OpenAll(settings);
        var sinks = new LogSink[wanted.Count];
        wanted.Values.CopyTo(sinks, 0);
        _route = new LogRoute(settings, LogTypeRules.Parse(settings.Types), sinks);
        foreach ((string key, LogSink sink) in _sinks)
        {
            if (!wanted.ContainsKey(key))
            {
                sink.Dispose();
            }
        }

        _sinks.Clear();
        foreach ((string key, LogSink sink) in wanted)
        {
            _sinks.Add(key, sink);
            Connect(sink);
        }

        SwitchDebug();
    }

    /// <summary>Files are opened anew: they may have been renamed. For SIGHUP.</summary>
    public void Reopen()
    {
        foreach (LogSink sink in _sinks.Values)
        {
            sink.Reopen();
        }
    }

    /// <summary>Writes what is queued, then stops.</summary>
    public void Dispose()
    {
        _debug?.Dispose();
        foreach (LogSink sink in _sinks.Values)
        {
            sink.Dispose();
        }
    }

    private static string KeyOf(string name, LogSettings settings) => name switch
    {
        "file" => $"file {settings.File}",
        "syslog" => string.Create(CultureInfo.InvariantCulture, $"syslog {settings.Facility}"),
        _ => name,
    };

    private Dictionary<string, LogSink> OpenAll(LogSettings settings)
    {
        var wanted = new Dictionary<string, LogSink>();
        try
        {
            foreach (string name in settings.Destinations)
            {
                string key = KeyOf(name, settings);
                if (name != "none" && !wanted.ContainsKey(key))
                {
                    wanted.Add(key, _sinks.TryGetValue(key, out LogSink? sink) ? sink : Open(name, settings));
                }
            }

            return wanted;
        }
        catch
        {
            foreach ((string key, LogSink sink) in wanted)
            {
                if (!_sinks.ContainsKey(key))
                {
                    sink.Dispose();
                }
            }

            throw;
        }
    }

    private LogSink Open(string name, LogSettings settings)
    {
        ILogDestination destination = name switch
        {
            "stdout" => new WriterDestination(_output),
            "stderr" => new WriterDestination(_error),
            "file" => new FileDestination(settings.File ?? throw new IOException("log_dest file needs a path")),
            "syslog" => new SyslogDestination(settings.Facility, _syslogPath, _time),
            "topic" => new TopicDestination(),
            _ => throw new IOException($"log_dest {name} is not supported"),
        };
        return new LogSink(destination, SayDropped);
    }

    private void SwitchDebug()
    {
        bool isOn = _route.Allows(LogLevel.Debug) && BeginDebug is not null;
        if (isOn && _debug is null)
        {
            _debug = BeginDebug!(CreateLogger("packets"));
        }
        else if (!isOn)
        {
            _debug?.Dispose();
            _debug = null;
        }
    }

    private void Connect(LogSink sink)
    {
        if (sink.Destination is TopicDestination topics)
        {
            topics.Publish = Publish;
        }
    }

    // In the form the log has now, as if it had been logged.
    private string SayDropped(long count)
    {
        string text = string.Create(
            CultureInfo.InvariantCulture, $"{count} log lines dropped, the log is not read fast enough");
        LogRoute route = _route;
        var entry = new LogEntry(
            _time.GetUtcNow(), LogLevel.Warning, LogTypes.Warning, new EventId(0, "LinesDropped"), route.Timestamps);
        Span<char> line = stackalloc char[512];
        int length;
        _ = route.IsJson
            ? JsonLine.TryWrite(line, in entry, text, null, static (text, _) => text, out length)
            : TextLine.TryWrite(line, in entry, text, null, static (text, _) => text, out length);
        return line[..length].ToString();
    }
}
