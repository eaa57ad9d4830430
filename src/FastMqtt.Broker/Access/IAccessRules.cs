// What clients may publish to, subscribe to and receive. The seam between the broker and whatever knows rules.

namespace FastMqtt.Broker.Access;

/// <summary>What clients may publish to, subscribe to and receive.</summary>
public interface IAccessRules
{
    /// <summary>
    /// Changes whenever an answer may have changed: verdicts that were given before are forgotten. Read by every
    /// dispatcher for every message: a plain volatile read.
    /// </summary>
    public int Generation { get; }

    /// <summary>
    /// The rules of one client as of now, kept until the generation changes. Called on a dispatcher: must not wait.
    /// </summary>
    public IClientRules RulesFor(string clientId, ClientIdentity identity);
}
