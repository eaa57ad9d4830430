// How far one client's connection is.
namespace FastMqtt.Bench.Engine;

internal enum ClientState : byte
{
    Closed,
    Connecting,
    Securing,
    Connected,
    Up,
}
