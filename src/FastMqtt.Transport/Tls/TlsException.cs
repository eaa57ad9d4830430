// Why TLS of a listener could not be set up: names the file or option and gives OpenSSL's reason.

using System;

namespace FastMqtt.Transport.Tls;

/// <summary>TLS cannot be set up: the message names the file or the option, and the reason.</summary>
public sealed class TlsException : Exception
{
    /// <inheritdoc/>
    public TlsException(string message)
        : base(message)
    {
    }

    /// <inheritdoc/>
    public TlsException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <inheritdoc/>
    public TlsException()
    {
    }
}
