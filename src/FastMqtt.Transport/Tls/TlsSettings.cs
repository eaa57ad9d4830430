// TLS of a listener as its files were at one moment: an SSL_CTX for each certificate, all alike but for it. Never
// changed: when files change, another object takes its place for new connections, and the collector frees this one when
// no handshake needs it any more (OpenSSL counts references of its own, so established connections do not).
//
// A new object also has new keys for session tickets. So a session can never be resumed past a change of the files: a
// client that has been revoked meanwhile makes a whole handshake, and is refused.

using System;
using System.Collections.Generic;
using System.Diagnostics;

namespace FastMqtt.Transport.Tls;

internal sealed unsafe class TlsSettings
{
    private readonly List<nint> _contexts = [];
    private readonly FileStamps _stamps;
    private readonly TrustStore? _trust;

    /// <exception cref="TlsException">A file or an option is wrong.</exception>
    public TlsSettings(TlsOptions options)
    {
        OpenSsl.Require();
        _stamps = Look(options); // before they are read: a change meanwhile is a change
        Keys = options.PskFile is null ? null : PskKeys.Load(options.PskFile);
        if (options.Certificates.Count == 0 && Keys is null)
        {
            throw new TlsException("TLS needs a certfile and a keyfile, or a psk_file");
        }

        if (options.CaFile is not null || options.CaPath is not null || options.CrlFile is not null)
        {
            _trust = new TrustStore(options.CaFile, options.CaPath, options.CrlFile);
        }

        foreach (TlsCertificate certificate in options.Certificates)
        {
            _contexts.Add(ServerContext.Create(options, certificate, _trust));
        }

        if (_contexts.Count == 0)
        {
            _contexts.Add(ServerContext.Create(options, null, _trust));
        }

        Expires = FirstExpiry();
    }

    ~TlsSettings()
    {
        foreach (nint context in _contexts)
        {
            LibSsl.FreeContext(context);
        }
    }

    public PskKeys? Keys { get; }

    /// <summary>When the first of the certificates expires; null: there is none.</summary>
    public DateTimeOffset? Expires { get; }

    public static FileStamps Look(TlsOptions options) => new(FilesOf(options));

    public bool HaveFilesChanged() => _stamps.HaveChanged();

    /// <summary>OpenSSL's state for a new connection; 0: it has no memory for one.</summary>
    public nint Open()
    {
        nint ssl = LibSsl.New(_contexts[0]);
        if (ssl != 0)
        {
            LibSsl.SetAcceptState(ssl);
        }

        GC.KeepAlive(this);
        return ssl;
    }

    /// <summary>The SSL_CTX whose certificate is for that name; 0: none is.</summary>
    public nint FindContext(ReadOnlySpan<byte> serverName)
    {
        Debug.Assert(!serverName.IsEmpty, "X509_check_host would measure it itself.");
        fixed (byte* name = serverName)
        {
            foreach (nint context in _contexts)
            {
                nint certificate = LibSsl.GetContextCertificate(context);
                if (certificate != 0
                    && LibCrypto.CheckHost(certificate, name, (nuint)serverName.Length, 0, null) == 1)
                {
                    return context;
                }
            }
        }

        return 0;
    }

    private static List<string> FilesOf(TlsOptions options)
    {
        var files = new List<string>();
        foreach (TlsCertificate certificate in options.Certificates)
        {
            files.Add(certificate.CertificateFile);
            files.Add(certificate.KeyFile);
        }

        string?[] others =
            [options.CaFile, options.CaPath, options.CrlFile, options.DhParameterFile, options.PskFile];
        foreach (string? file in others)
        {
            if (file is not null)
            {
                files.Add(file);
            }
        }

        return files;
    }

    private DateTimeOffset? FirstExpiry()
    {
        DateTimeOffset? first = null;
        foreach (nint context in _contexts)
        {
            nint certificate = LibSsl.GetContextCertificate(context);
            if (certificate != 0 && ReadExpiry(certificate) is { } expiry && !(first <= expiry))
            {
                first = expiry;
            }
        }

        return first;
    }

    private static DateTimeOffset? ReadExpiry(nint certificate)
    {
        const int CalendarBytes = 64;                   // struct tm is 56
        int* calendar = stackalloc int[CalendarBytes / sizeof(int)];
        if (LibCrypto.ReadTime(LibCrypto.GetNotAfter(certificate), calendar) != 1)
        {
            return null;
        }

        return new DateTimeOffset(
            calendar[5] + 1900, calendar[4] + 1, calendar[3], calendar[2], calendar[1], Math.Min(calendar[0], 59),
            TimeSpan.Zero);
    }
}
