// The retained message of a topic is another one, as hooks are told. Made by HookCalls.

using System.Text;

namespace FastMqtt.Broker.Hooks;

/// <summary>The retained message of a topic is another one, or gone.</summary>
public readonly ref struct RetainedNotice
{
    /// <summary>The topic in UTF-8.</summary>
    public required ReadOnlySpan<byte> Topic { get; init; }

    /// <summary>The new payload; empty: the topic has no retained message any more.</summary>
    public required ReadOnlySpan<byte> Payload { get; init; }

    /// <summary>Whether the topic has no retained message any more.</summary>
    public bool IsCleared => Payload.IsEmpty;

    /// <summary>The topic as a string.</summary>
    public string GetTopicString() => Encoding.UTF8.GetString(Topic);
}
