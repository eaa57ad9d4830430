// The client side of TLS, for load generators and bridges: an SSL_CTX that makes the streams of outgoing connections to
// one server. Not to be changed once made; Connect may be called by any thread.

using System;
using System.Net;
using System.Runtime.InteropServices;

namespace FastMqtt.Transport.Tls;

internal sealed unsafe class TlsClient : ITlsSide
{
    private const int ServerNameType = 0; // TLSEXT_NAMETYPE_host_name

    private readonly TlsClientOptions _options;
    private readonly nint _context;

    /// <exception cref="TlsException">A file is wrong.</exception>
    public TlsClient(TlsClientOptions options)
    {
        _options = options;
        OpenSsl.Require();
        TlsErrors.Clear();
        _context = LibSsl.NewContext(LibSsl.ClientMethod());
        if (_context == 0)
        {
            throw TlsErrors.Failure("TLS cannot be set up");
        }

        _ = LibSsl.SetContextOptions(_context, LibSsl.OptionIgnoreUnexpectedEnd);
        _ = LibSsl.ControlContext(_context, LibSsl.ControlMode, ServerContext.Modes, null);
        _ = LibSsl.ControlContext(_context, LibSsl.ControlReadAhead, 1, null);
        _ = LibSsl.ControlContext(
            _context, LibSsl.ControlMaximumVersion, ServerContext.NumberOf(options.MaximumVersion), null);
        if (options.Certificate is { } certificate)
        {
            ServerContext.UseCertificate(_context, certificate);
        }

        if (options.CaFile is { } file)
        {
            var trust = new TrustStore(file, null, null);
            LibSsl.SetStore(_context, trust.Handle);
            LibSsl.SetVerify(_context, LibSsl.VerifyPeer, null);
            GC.KeepAlive(trust);
        }

        if (options.PskIdentity is not null)
        {
            delegate* unmanaged<nint, byte*, byte*, uint, byte*, uint, uint> key = &OnKey;
            LibSsl.SetPskClientCallback(_context, key);
        }

        fixed (byte* protocols = "\u0004mqtt"u8)
        {
            _ = LibSsl.SetAlpnProtocols(_context, protocols, (uint)"\u0004mqtt"u8.Length);
        }
    }

    ~TlsClient() => LibSsl.FreeContext(_context);

    /// <summary>The stream of a socket that is being connected. The first step is due when the socket is up.</summary>
    public TlsStream Connect(IPoller poller, int handle) => new(this, poller, handle, gate: null);

    nint ITlsSide.Open(out TlsSettings? settings)
    {
        settings = null;
        nint ssl = LibSsl.New(_context);
        if (ssl != 0)
        {
            LibSsl.SetConnectState(ssl);
            Expect(ssl, _options.HostName);
        }

        return ssl;
    }

    private static void Expect(nint ssl, string? host)
    {
        if (host is null)
        {
            return;
        }

        fixed (byte* name = NativeText.Of(host))
        {
            if (IPAddress.TryParse(host, out _))
            {
                _ = LibCrypto.SetExpectedAddress(LibSsl.GetVerifyParameters(ssl), name); // SNI has no addresses
                return;
            }

            _ = LibSsl.Control(ssl, LibSsl.ControlServerName, ServerNameType, name);
            _ = LibSsl.SetExpectedHost(ssl, name);
        }
    }

    [UnmanagedCallersOnly]
    private static uint OnKey(
        nint ssl, byte* hint, byte* identity, uint identityBytesMax, byte* key, uint keyBytesMax)
    {
        if (TlsWire.Current.Handshaking?.Side is not TlsClient client)
        {
            return 0;
        }

        byte[] name = NativeText.Of(client._options.PskIdentity!);
        byte[] bytes = client._options.PskKey!;
        if (name.Length > identityBytesMax || bytes.Length > keyBytesMax)
        {
            return 0;
        }

        name.CopyTo(new Span<byte>(identity, (int)identityBytesMax));
        bytes.CopyTo(new Span<byte>(key, (int)keyBytesMax));
        return (uint)bytes.Length;
    }
}
