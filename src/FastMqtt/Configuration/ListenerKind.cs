// Where a listener comes from, which decides about its addresses and about anonymous clients.
namespace FastMqtt.Configuration;

internal enum ListenerKind
{
    /// <summary>A line "listener".</summary>
    Configured,

    /// <summary>That of "port", "bind_address" and of listeners' options that stand below no listener.</summary>
    Default,

    /// <summary>The loopback addresses: nothing is configured, or "-p".</summary>
    Loopback,

    /// <summary>An address on the command line: "--listen".</summary>
    Address,
}
