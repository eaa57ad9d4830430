// What both sides of a TLS connection have agreed on: for logs, metrics and tests. A view of a TlsStream after its
// handshake, not to be kept.

using System.Runtime.InteropServices;
using System.Text;

namespace FastMqtt.Transport.Tls;

internal readonly unsafe ref struct TlsAgreement
{
    private readonly nint _ssl;

    internal TlsAgreement(nint ssl) => _ssl = ssl;

    public TlsVersion Version => LibSsl.GetVersion(_ssl) == LibSsl.VersionTls12 ? TlsVersion.Tls12 : TlsVersion.Tls13;

    /// <summary>The cipher suite, as OpenSSL calls it; null: none yet.</summary>
    public string? CipherSuite => Marshal.PtrToStringUTF8((nint)LibSsl.GetCipherName(LibSsl.GetCipher(_ssl)));

    /// <summary>Whether the client took up an earlier session instead of a whole handshake.</summary>
    public bool IsResumed => LibSsl.IsSessionReused(_ssl) == 1;

    /// <summary>The application protocol (ALPN, RFC 7301); null: none.</summary>
    public string? ApplicationProtocol
    {
        get
        {
            byte* protocol;
            uint length;
            LibSsl.GetAlpn(_ssl, &protocol, &length);
            return length == 0 ? null : Encoding.ASCII.GetString(protocol, (int)length);
        }
    }
}
