// A session has expired, as hooks are told. Made by HookCalls.

using System.Text;

namespace FastMqtt.Broker.Hooks;

/// <summary>A session has ended because its client did not come back in time, or by the host.</summary>
public readonly ref struct SessionExpiredNotice
{
    /// <summary>The Client Identifier in UTF-8.</summary>
    public required ReadOnlySpan<byte> ClientIdentifier { get; init; }

    /// <summary>Whom it belonged to; null: nobody in particular.</summary>
    public required string? UserName { get; init; }

    /// <summary>The Client Identifier as a string.</summary>
    public string GetClientId() => Encoding.UTF8.GetString(ClientIdentifier);
}
