// The rules of one client. Asked once for each new topic; the broker keeps the verdict.

namespace FastMqtt.Broker.Access;

/// <summary>The rules of one client.</summary>
public interface IClientRules
{
    /// <summary>
    /// Whether the client may do that. Called on a dispatcher: must not wait, and answers
    /// <see cref="AccessVerdict.Ask"/> when it would have to (never for <see cref="AccessKind.Receive"/>).
    /// </summary>
    /// <param name="kind">What it wants to do.</param>
    /// <param name="topic">A Topic Name, or for Subscribe a Topic Filter, without share name. UTF-8.</param>
    public AccessVerdict Check(AccessKind kind, ReadOnlySpan<byte> topic);

    /// <summary>Finds out what <see cref="Check"/> could not say. Never called on a dispatcher.</summary>
    public ValueTask<TimedVerdict> AskAsync(AccessKind kind, ReadOnlyMemory<byte> topic, CancellationToken cancel);
}
