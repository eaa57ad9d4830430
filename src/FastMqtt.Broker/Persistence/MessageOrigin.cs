// Why a session is given a message. One that was received a while ago says nothing about the exchange with its
// publisher; one that another session had is over there, and the log's entry of the new one says so, so that one
// transaction has both, whichever dispatcher's it is.

namespace FastMqtt.Broker.Persistence;

internal enum OriginKind : byte
{
    /// <summary>It has just been published.</summary>
    Published,

    /// <summary>It was retained.</summary>
    Retained,

    /// <summary>Another session of a shared subscription had it.</summary>
    PassedOn,
}

/// <param name="Kind">Where it comes from.</param>
/// <param name="Had">Who had it: the last one, and those before it that are not known to the store to be over.</param>
internal readonly record struct MessageOrigin(OriginKind Kind, MessagePlace[]? Had = null);

/// <param name="Session">Row of the session.</param>
/// <param name="Sequence">The message's sequence number there.</param>
internal readonly record struct MessagePlace(long Session, long Sequence);
