// What an exchange of enhanced authentication answers to one packet of the client.

using FastMqtt.Protocol;

namespace FastMqtt.Broker.Access;

/// <summary>The answer to one packet of an exchange.</summary>
/// <param name="Reason">ContinueAuthentication, Success, or why the client is refused.</param>
/// <param name="Data">Authentication Data for the client.</param>
/// <param name="Identity">Who the client is, when the exchange has succeeded.</param>
public readonly record struct AuthenticationStep(
    ReasonCode Reason, ReadOnlyMemory<byte> Data = default, ClientIdentity? Identity = null);
