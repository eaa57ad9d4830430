// Builds the SSL_CTX of a listener for one of its certificates, with safe defaults: TLS 1.2 and 1.3, no compression, no
// renegotiation, the server's preference, buffers only while they are in use. Called by TlsSettings.

using System;
using System.Runtime.InteropServices;

namespace FastMqtt.Transport.Tls;

internal static unsafe class ServerContext
{
    // A client that loses its connection needs one, not the two that browsers like.
    private const int TicketCount = 1;

    private const ulong Options = LibSsl.OptionNoCompression | LibSsl.OptionNoRenegotiation
        | LibSsl.OptionServerPreference
        | LibSsl.OptionPrioritizeChaCha        // when the client puts it first: it has no AES instructions
        | LibSsl.OptionIgnoreUnexpectedEnd;    // MQTT says itself where a packet and a session end

    public const int Modes =
        LibSsl.ModePartialWrite | LibSsl.ModeMovingWriteBuffer | LibSsl.ModeReleaseBuffers;

    public static nint Create(TlsOptions options, TlsCertificate? certificate, TrustStore? trust)
    {
        TlsErrors.Clear();
        nint context = LibSsl.NewContext(LibSsl.ServerMethod());
        if (context == 0)
        {
            throw TlsErrors.Failure("TLS cannot be set up");
        }

        try
        {
            SetUp(context, options);
            if (certificate is not null)
            {
                UseCertificate(context, certificate);
            }

            Verify(context, options, trust);
            ServerCallbacks.Install(context, usesKeys: options.PskFile is not null);
            return context;
        }
        catch
        {
            LibSsl.FreeContext(context);
            throw;
        }
    }

    private static void SetUp(nint context, TlsOptions options)
    {
        if (options.MinimumVersion > options.MaximumVersion)
        {
            throw new TlsException("tls_version: the oldest version is newer than the newest one");
        }

        _ = LibSsl.SetContextOptions(context, Options);
        _ = LibSsl.ControlContext(context, LibSsl.ControlMode, Modes, null);
        _ = LibSsl.ControlContext(context, LibSsl.ControlReadAhead, 1, null);
        _ = LibSsl.ControlContext(context, LibSsl.ControlMinimumVersion, NumberOf(options.MinimumVersion), null);
        _ = LibSsl.ControlContext(context, LibSsl.ControlMaximumVersion, NumberOf(options.MaximumVersion), null);
        SetSessions(context, options);
        SetText(context, options.Ciphers, "ciphers", LibSsl.SetCipherList);
        SetText(context, options.CipherSuites, "ciphers_tls1.3", LibSsl.SetCipherSuites);
        SetText(context, options.PskHint, "psk_hint", LibSsl.UsePskHint);
        if (options.DhParameterFile is { } path)
        {
            UseDhParameters(context, path);
        }
        else
        {
            _ = LibSsl.ControlContext(context, LibSsl.ControlDhAuto, 1, null);
        }
    }

    // Sessions are resumed by tickets, which cost the server no memory. Not with pre-shared keys: a session would go on
    // without its identity.
    private static void SetSessions(nint context, TlsOptions options)
    {
        _ = LibSsl.ControlContext(context, LibSsl.ControlSessionCacheMode, 0, null);
        fixed (byte* name = "FastMqtt"u8)
        {
            _ = LibSsl.SetSessionIdContext(context, name, (uint)"FastMqtt"u8.Length);
        }

        bool usesKeys = options.PskFile is not null;
        _ = LibSsl.SetTicketCount(context, usesKeys ? 0 : (nuint)TicketCount);
        if (usesKeys)
        {
            _ = LibSsl.SetContextOptions(context, LibSsl.OptionNoTicket);
        }
    }

    private delegate int Set(nint context, byte* text);

    private static void SetText(nint context, string? text, string option, Set set)
    {
        if (text is null)
        {
            return;
        }

        fixed (byte* bytes = NativeText.Of(text))
        {
            if (set(context, bytes) != 1)
            {
                throw TlsErrors.Failure($"{option} \"{text}\"");
            }
        }
    }

    public static void UseCertificate(nint context, TlsCertificate certificate)
    {
        fixed (byte* path = NativeText.Of(certificate.CertificateFile))
        {
            if (LibSsl.UseCertificateChainFile(context, path) != 1)
            {
                throw TlsErrors.Failure($"certfile {certificate.CertificateFile}");
            }
        }

        // Without it OpenSSL would ask for a pass phrase at the terminal, and wait.
        delegate* unmanaged<byte*, int, int, void*, int> none = &OnPassPhrase;
        LibSsl.SetPassPhraseCallback(context, none);

        // Checks that the key is the certificate's too.
        fixed (byte* path = NativeText.Of(certificate.KeyFile))
        {
            if (LibSsl.UsePrivateKeyFile(context, path, LibSsl.FileTypePem) != 1)
            {
                throw TlsErrors.Failure($"keyfile {certificate.KeyFile}", "not a PEM key without a pass phrase");
            }
        }
    }

    [UnmanagedCallersOnly]
    private static int OnPassPhrase(byte* buffer, int size, int isWriting, void* argument) => -1;

    // As Mosquitto: without require_certificate a client is not even asked for one.
    private static void Verify(nint context, TlsOptions options, TrustStore? trust)
    {
        if (trust is not null)
        {
            LibSsl.SetStore(context, trust.Handle);
        }

        int mode = options.RequireCertificate ? LibSsl.VerifyPeer | LibSsl.VerifyFailIfNoPeer : LibSsl.VerifyNone;
        LibSsl.SetVerify(context, mode, null);
        if (!options.RequireCertificate || trust is null)
        {
            return;
        }

        // Told to clients, which choose their certificate by it.
        nint names = LibCrypto.NewStack();
        if (options.CaFile is { } file)
        {
            fixed (byte* path = NativeText.Of(file))
            {
                _ = LibSsl.AddSubjectsOfFile(names, path);
            }
        }

        if (options.CaPath is { } directory)
        {
            fixed (byte* path = NativeText.Of(directory))
            {
                _ = LibSsl.AddSubjectsOfDirectory(names, path);
            }
        }

        LibSsl.SetClientAuthorities(context, names);
        TlsErrors.Clear(); // what is no certificate in that directory
    }

    private static void UseDhParameters(nint context, string path)
    {
        fixed (byte* name = NativeText.Of(path), mode = "r\0"u8)
        {
            nint file = LibCrypto.OpenFile(name, mode);
            nint key = file == 0 ? 0 : LibCrypto.ReadParameters(file, null);
            _ = LibCrypto.FreeBio(file);
            if (key == 0 || LibSsl.SetDhParameters(context, key) != 1)
            {
                LibCrypto.FreeKey(key);
                throw TlsErrors.Failure($"dhparamfile {path}");
            }
        }
    }

    public static nint NumberOf(TlsVersion version) =>
        version == TlsVersion.Tls12 ? LibSsl.VersionTls12 : LibSsl.VersionTls13;
}
