// One side of TLS connections, the server's or the client's: where a TlsStream gets OpenSSL's state from. Asked once
// per connection, at the first step of the handshake, on the thread that does it.

namespace FastMqtt.Transport.Tls;

internal interface ITlsSide
{
    /// <summary>
    /// OpenSSL's state, ready for the handshake, or 0 without memory; a server's settings for callbacks.
    /// </summary>
    public nint Open(out TlsSettings? settings);
}
