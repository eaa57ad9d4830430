// Decides whether a client's certificate lets it in. Made anew when the files it reads change; called on any thread.
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace FastMqtt.WebSockets;

internal interface IClientCertificateVerifier
{
    /// <summary>Null when the client may come in, otherwise what is wrong with its certificate.</summary>
    /// <param name="certificate">What it has shown; null: nothing.</param>
    /// <param name="chain">As it was built with the policy of this listener.</param>
    /// <param name="errors">What building it found.</param>
    public string? FindFault(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors);
}
