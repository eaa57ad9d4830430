// A message that a receiver does not get, as hooks are told. Made by Drops.

using System.Text;

namespace FastMqtt.Broker.Hooks;

/// <summary>A receiver does not get a message that was meant for it, or several of one topic.</summary>
public readonly ref struct DroppedNotice
{
    /// <summary>Why.</summary>
    public required DropReason Reason { get; init; }

    /// <summary>The receiver's Client Identifier in UTF-8; it need not be connected.</summary>
    public required ReadOnlySpan<byte> ClientIdentifier { get; init; }

    /// <summary>The receiver's user name; null: it has none.</summary>
    public required string? UserName { get; init; }

    /// <summary>The topic in UTF-8.</summary>
    public required ReadOnlySpan<byte> Topic { get; init; }

    /// <summary>Bytes of the payload, of all messages together.</summary>
    public required int PayloadBytes { get; init; }

    /// <summary>How many messages: more than one when they came behind each other in one read.</summary>
    public required int Count { get; init; }

    /// <summary>The Client Identifier as a string.</summary>
    public string GetClientId() => Encoding.UTF8.GetString(ClientIdentifier);

    /// <summary>The topic as a string.</summary>
    public string GetTopicString() => Encoding.UTF8.GetString(Topic);
}
