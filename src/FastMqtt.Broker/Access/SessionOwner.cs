// Whose session it is and what that allows: of the last connection, when the client is offline. None for an anonymous
// client without rules, which most idle sessions of a home are: it costs them nothing.

namespace FastMqtt.Broker.Access;

/// <param name="Identity">Another user's client does not get the session.</param>
/// <param name="Access">What the client may do; null: everything.</param>
internal sealed record SessionOwner(ClientIdentity Identity, SessionAccess? Access);
