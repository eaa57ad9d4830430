// One trace: which packets, and the logger that is told of them. Never changed. Shared by all dispatchers.

using System.Text;
using FastMqtt.Protocol;
using Microsoft.Extensions.Logging;

namespace FastMqtt.Broker.Diagnostics;

internal sealed class PacketTrace
{
    private readonly byte[]? _client;
    private readonly byte[]? _filter;

    /// <exception cref="ArgumentException">The Topic Filter is none.</exception>
    public PacketTrace(TraceRequest request, ILogger log)
    {
        _client = request.ClientId is { } client ? Encoding.UTF8.GetBytes(client) : null;
        _filter = request.TopicFilter is { } filter ? Encoding.UTF8.GetBytes(filter) : null;
        WithPayload = request.WithPayload;
        Log = log;
        if (_filter is not null && !TopicFilter.IsValid(_filter))
        {
            throw new ArgumentException($"'{request.TopicFilter}' is not a Topic Filter", nameof(request));
        }
    }

    public bool WithPayload { get; }

    public ILogger Log { get; }

    /// <summary>Whether the trace is about a packet. The topic is empty unless it is a PUBLISH.</summary>
    public bool Covers(byte[]? client, ReadOnlySpan<byte> topic)
    {
        bool isClient = _client is null || (client is not null && client.AsSpan().SequenceEqual(_client));
        return isClient && (_filter is null || (!topic.IsEmpty && Matches(_filter, topic)));
    }

    /// <summary>Section 4.7, by its words: only a trace compares a topic with one filter.</summary>
    public static bool Matches(ReadOnlySpan<byte> filter, ReadOnlySpan<byte> topic)
    {
        if (topic[0] == (byte)'$' && filter[0] is (byte)'+' or (byte)'#')
        {
            return false; // [MQTT-4.7.2-1]
        }

        var levels = new LevelEnumerator(topic);
        var pattern = new LevelEnumerator(filter);
        while (pattern.MoveNext())
        {
            if (pattern.Current.SequenceEqual("#"u8))
            {
                return true; // [MQTT-4.7.1-1] the parent level too, which the loop has passed
            }

            if (!levels.MoveNext())
            {
                return false;
            }

            if (!pattern.Current.SequenceEqual("+"u8) && !pattern.Current.SequenceEqual(levels.Current))
            {
                return false;
            }
        }

        return !levels.MoveNext();
    }
}
