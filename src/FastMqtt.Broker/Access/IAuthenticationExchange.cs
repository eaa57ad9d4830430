// One exchange of enhanced authentication with one client.

namespace FastMqtt.Broker.Access;

/// <summary>One exchange with one client. Its steps never overlap.</summary>
public interface IAuthenticationExchange
{
    /// <summary>Answers what the client sent. Never called on a dispatcher: may compute for long, and wait.</summary>
    /// <param name="data">The Authentication Data of CONNECT or AUTH; empty when there is none.</param>
    /// <param name="cancellation">The client is gone.</param>
    public ValueTask<AuthenticationStep> StepAsync(ReadOnlyMemory<byte> data, CancellationToken cancellation);
}
