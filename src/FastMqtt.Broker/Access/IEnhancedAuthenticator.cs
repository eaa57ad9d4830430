// Enhanced authentication, MQTT 5.0 section 4.12: an exchange of AUTH packets before, or again after, CONNACK.

namespace FastMqtt.Broker.Access;

/// <summary>A method of enhanced authentication.</summary>
public interface IEnhancedAuthenticator
{
    /// <summary>The Authentication Method that clients name, for example SCRAM-SHA-256.</summary>
    public string Method { get; }

    /// <summary>Begins an exchange with one client.</summary>
    public IAuthenticationExchange Begin(AuthenticationRequest request);
}
