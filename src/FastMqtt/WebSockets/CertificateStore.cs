// The certificates of one listener while it runs: read at start, again when a file has changed, and when asked. What is
// bad is logged once for each change, and the old ones stay. Established connections keep theirs.
//
// Readers (handshakes) take the current set with a volatile read; writers are one timer and Reload, under the gate.
using FastMqtt.Transport.Tls;
using Microsoft.Extensions.Logging;

namespace FastMqtt.WebSockets;

internal sealed class CertificateStore : IDisposable
{
    private readonly Lock _gate = new();
    private readonly TlsOptions _options;
    private readonly string _listener;
    private readonly ILogger _log;
    private readonly ITimer _timer;
    private volatile CertificateSet _current;
    private string _stamp;

    /// <exception cref="CertificateException">A file cannot be used.</exception>
    public CertificateStore(TlsOptions options, string listener, ILogger log, TimeProvider? time = null)
    {
        (_options, _listener, _log) = (options, listener, log);
        _stamp = Stamp();
        _current = new CertificateSet(options);
        if (options.Ciphers is not null)
        {
            WebSocketLog.CiphersIgnored(log, "ciphers", listener);
        }

        if (options.CipherSuites is not null)
        {
            WebSocketLog.CiphersIgnored(log, "ciphers_tls1.3", listener);
        }

        TimeSpan poll = WebSocketLimits.CertificatePoll;
        _timer = (time ?? TimeProvider.System).CreateTimer(_ => LookForChanges(), null, poll, poll);
    }

    public CertificateSet Current => _current;

    /// <summary>Reads the files again, changed or not.</summary>
    public void Reload()
    {
        lock (_gate)
        {
            // Taken before reading: a file that changes meanwhile is found by the next look.
            _stamp = Stamp();
            try
            {
                _current = new CertificateSet(_options);
                WebSocketLog.CertificatesRead(_log, _listener);
            }
            catch (CertificateException failure)
            {
                WebSocketLog.CertificatesBad(_log, _listener, failure.Message);
            }
        }
    }

    public void Dispose() => _timer.Dispose();

    private void LookForChanges()
    {
        lock (_gate)
        {
            if (Stamp() != _stamp)
            {
                Reload();
            }
        }
    }

    // What changes when any of the files is written or replaced, by a swap of symbolic links too.
    private string Stamp()
    {
        var files = new List<string?> { _options.CaFile, _options.CrlFile };
        foreach (TlsCertificate certificate in _options.Certificates)
        {
            files.Add(certificate.CertificateFile);
            files.Add(certificate.KeyFile);
        }

        var stamp = new System.Text.StringBuilder();
        foreach (string? file in files)
        {
            stamp.Append(file is null ? "-" : StampOf(file)).Append(';');
        }

        return _options.CaPath is { } directory ? stamp.Append(StampOf(directory)).ToString() : stamp.ToString();
    }

    private static string StampOf(string path)
    {
        try
        {
            FileSystemInfo file = File.ResolveLinkTarget(path, returnFinalTarget: true) ?? new FileInfo(path);
            long length = file is FileInfo { Exists: true } regular ? regular.Length : 0;
            return $"{file.FullName} {file.LastWriteTimeUtc.Ticks} {length}";
        }
        catch (IOException)
        {
            return "gone"; // in the middle of being replaced: the next look sees it
        }
    }
}
