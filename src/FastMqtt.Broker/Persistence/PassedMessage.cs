// Whose message it was that a shared subscription gives to another session: the log's entry of the new one says that it
// is over for the old one, so that one transaction has both, whichever dispatcher's it is.

namespace FastMqtt.Broker.Persistence;

/// <param name="Session">Row of the session that had it; 0: it is no such message.</param>
/// <param name="Sequence">Its sequence number there.</param>
internal readonly record struct PassedMessage(long Session, long Sequence);
