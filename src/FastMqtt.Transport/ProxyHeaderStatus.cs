// What the first bytes of a connection are, where a PROXY protocol header must come first.

namespace FastMqtt.Transport;

internal enum ProxyHeaderStatus
{
    Complete,

    /// <summary>So far it can still become a header.</summary>
    Incomplete,

    Malformed,
}
