// A retained message as an embedder sees it: a copy.

using System.Text;
using FastMqtt.Broker.Dispatch;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Administration;

/// <summary>A retained message at one moment.</summary>
public sealed record RetainedInfo
{
    /// <summary>The Topic Name.</summary>
    public required string Topic { get; init; }

    /// <summary>The QoS it was published with.</summary>
    public QualityOfService QoS { get; init; }

    /// <summary>Bytes of the payload.</summary>
    public int PayloadBytes { get; init; }

    /// <summary>The payload; null: it was not asked for.</summary>
    public ReadOnlyMemory<byte>? Payload { get; init; }

    /// <summary>When it expires; null: never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    internal static RetainedInfo Of(BrokerState state, Publication publication, bool withPayload) => new()
    {
        Topic = Encoding.UTF8.GetString(publication.Topic),
        QoS = publication.QoS,
        PayloadBytes = publication.PayloadBytes,
        Payload = withPayload ? (ReadOnlyMemory<byte>?)publication.Payload.ToArray() : null,
        ExpiresAt = publication.ExpiresAtMilliseconds is > 0 and < long.MaxValue and var due
            ? DateTimeOffset.FromUnixTimeMilliseconds(state.ToUnix(due))
            : null,
    };
}
