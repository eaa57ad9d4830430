// TLS of one listener while the broker runs: the settings that new connections get. They are read again as a whole when
// a file has changed, when the host says so, and every twelve hours for the sake of new ticket keys; what cannot be
// read changes nothing. Accept may be called by any dispatcher, Reload by one thread at a time.

using System;
using System.Threading;

namespace FastMqtt.Transport.Tls;

internal sealed class TlsContext : ITlsSide
{
    /// <summary>The keys of session tickets are in use so long: what they protect is not safe for longer.</summary>
    public static readonly TimeSpan TicketKeyLifetime = TimeSpan.FromHours(12);

    private TlsOptions _options;
    private TlsSettings _settings;
    private FileStamps? _refused;
    private long _loadedAt;

    /// <exception cref="TlsException">A file or an option is wrong.</exception>
    public TlsContext(TlsOptions options)
    {
        _options = options;
        _settings = new TlsSettings(options);
        _loadedAt = Environment.TickCount64;
    }

    /// <summary>When the first of the listener's certificates expires; null: there is none.</summary>
    public DateTimeOffset? Expires => Settings.Expires;

    internal TlsSettings Settings => Volatile.Read(ref _settings);

    nint ITlsSide.Open(out TlsSettings? settings)
    {
        settings = Settings;
        return settings.Open();
    }

    /// <summary>
    /// The stream of a socket that this poller has accepted. It leaves the gate, if there is one, when its handshake
    /// is over.
    /// </summary>
    public TlsStream Accept(IPoller poller, int handle, HandshakeGate? gate = null) =>
        new(this, poller, handle, gate);

    /// <summary>Whether to read again: files are others than those last read, or the ticket keys are old.</summary>
    public bool IsStale() => (_refused?.HaveChanged() ?? Settings.HaveFilesChanged())
        || Environment.TickCount64 - _loadedAt > (long)TicketKeyLifetime.TotalMilliseconds;

    /// <summary>Reads everything again, for new connections. Established ones stay as they are.</summary>
    /// <param name="options">New options; null: the ones there are.</param>
    /// <exception cref="TlsException">A file or an option is wrong; what was in force stays in force.</exception>
    public void Reload(TlsOptions? options = null)
    {
        options ??= _options;
        FileStamps stamps = TlsSettings.Look(options);
        try
        {
            _loadedAt = Environment.TickCount64;
            Volatile.Write(ref _settings, new TlsSettings(options));
            _options = options;
            _refused = null;
        }
        catch (TlsException)
        {
            _refused = stamps; // not read again until they change once more
            throw;
        }
    }
}
