// A message that is about to be given to a connected client, as hooks see it. Made by HookCalls.

using System.Text;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Hooks;

/// <summary>A message that is about to be given to a connected client.</summary>
public ref struct DeliveringContext : IDecidable
{
    /// <summary>The receiver.</summary>
    public required ClientConnection Client { get; init; }

    /// <summary>The topic in UTF-8 as the broker knows it, with the mount point of the publisher's listener.</summary>
    public required ReadOnlySpan<byte> Topic { get; init; }

    /// <summary>The payload.</summary>
    public required ReadOnlySpan<byte> Payload { get; init; }

    /// <summary>The raw properties that the publisher gave it and that are forwarded.</summary>
    public required ReadOnlySpan<byte> Properties { get; init; }

    /// <summary>The QoS it is delivered with.</summary>
    public required QualityOfService QoS { get; init; }

    /// <summary>Whether it is delivered as a retained message.</summary>
    public required bool Retain { get; init; }

    /// <summary>The User Properties among <see cref="Properties"/>.</summary>
    public readonly UserProperties UserProperties => new(Properties);

    internal bool IsSkipped { get; private set; }

    readonly bool IDecidable.IsDecided => IsSkipped;

    /// <summary>The topic as a string.</summary>
    public readonly string GetTopicString() => Encoding.UTF8.GetString(Topic);

    /// <summary>
    /// This receiver does not get the message; others may. A message of a shared subscription goes to no other member.
    /// </summary>
    public void Skip() => IsSkipped = true;

    void IDecidable.Fail() => IsSkipped = true;
}
