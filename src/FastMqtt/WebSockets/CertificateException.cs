// Says which file of a listener's certificates cannot be used, and why. At start it ends the process; later the old
// ones stay.
namespace FastMqtt.WebSockets;

internal sealed class CertificateException : Exception
{
    public CertificateException()
    {
    }

    public CertificateException(string message)
        : base(message)
    {
    }

    public CertificateException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
