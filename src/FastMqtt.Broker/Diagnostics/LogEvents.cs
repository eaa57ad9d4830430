// The numbers of the broker's log events. They choose the type of a line (log_type), so a number never changes its
// meaning. Others than these have the type of their level.

namespace FastMqtt.Broker.Diagnostics;

/// <summary>Numbers of log events whose type the level alone does not tell.</summary>
public static class LogEvents
{
    /// <summary>A client has connected.</summary>
    public const int Connected = 10;

    /// <summary>A client's connection has ended.</summary>
    public const int Closed = 11;

    /// <summary>A client was refused.</summary>
    public const int Refused = 13;

    /// <summary>A client wanted what it may not.</summary>
    public const int Denied = 20;

    /// <summary>How many denials were not logged.</summary>
    public const int DeniedMore = 21;

    /// <summary>A client has subscribed; level Trace, off unless asked for.</summary>
    public const int Subscribed = 30;

    /// <summary>A client has unsubscribed; level Trace, off unless asked for.</summary>
    public const int Unsubscribed = 31;

    /// <summary>First of the numbers about WebSockets; level Trace, off unless asked for.</summary>
    public const int WebSocketsFirst = 40;

    /// <summary>Last of the numbers about WebSockets.</summary>
    public const int WebSocketsLast = 49;

    /// <summary>A packet as a trace describes it.</summary>
    public const int Packet = 60;
}
