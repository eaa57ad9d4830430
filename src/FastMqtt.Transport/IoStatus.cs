// How one socket call ended. Errors of a peer are values, never exceptions.
// Returned by IPoller and Connection; the broker decides what to do about each.

namespace FastMqtt.Transport;

internal enum IoStatus : byte
{
    /// <summary>The call did what was asked, at least in part.</summary>
    Done,

    /// <summary>Nothing can be done now; an event will say when.</summary>
    WouldBlock,

    /// <summary>The peer ended its stream in an orderly way.</summary>
    Closed,

    /// <summary>Reset, timed out or otherwise unusable: close it.</summary>
    Failed,

    /// <summary>Accept only: no descriptor or memory is left; the connection waits. Pause accepting.</summary>
    Exhausted,
}
