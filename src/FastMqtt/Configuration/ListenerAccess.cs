// Who may come in through a listener, and what clients may do there.
using FastMqtt.Broker.Access;

namespace FastMqtt.Configuration;

/// <param name="Authenticator">Decides about user names and passwords; null: nobody knows any.</param>
/// <param name="EnhancedAuthenticators">Methods of enhanced authentication.</param>
/// <param name="Rules">What clients may do; null: everything.</param>
internal sealed record ListenerAccess(
    IAuthenticator? Authenticator, IList<IEnhancedAuthenticator> EnhancedAuthenticators, IAccessRules? Rules)
{
    public static ListenerAccess Open { get; } = new(null, [], null);
}
