// What a trace says of a packet. Read from as much of the frame as is there: of a sent packet that is its beginning.

using System.Buffers.Binary;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Diagnostics;

internal struct PacketFacts
{
    public PacketType Type;
    public bool IsSent;
    public bool Duplicate;

    /// <summary>RETAIN of a PUBLISH; Session Present of a CONNACK.</summary>
    public bool Retain;

    public QualityOfService QoS;
    public ushort PacketIdentifier;
    public ReasonCode Reason;
    public int PayloadBytes;

    /// <summary>0: no Topic Alias.</summary>
    public ushort TopicAlias;

    /// <summary>Topic Name, or the first Topic Filter, as the line shows it.</summary>
    public TopicText Topic;

    /// <summary>The beginning of the payload, where it is asked for.</summary>
    public TopicText Payload;

    /// <summary>Reads a whole frame or the beginning of one; what it does not hold stays 0.</summary>
    /// <param name="header">The frame's.</param>
    /// <param name="body">What follows the header, not longer than the frame.</param>
    /// <param name="isMqtt5">Whether there are properties.</param>
    /// <param name="topic">Topic Name or first Topic Filter.</param>
    /// <param name="payload">As much of the payload as is there.</param>
    public static PacketFacts Read(
        FixedHeader header,
        ReadOnlySpan<byte> body,
        bool isMqtt5,
        out ReadOnlySpan<byte> topic,
        out ReadOnlySpan<byte> payload)
    {
        topic = default;
        payload = default;
        var facts = new PacketFacts { Type = header.Type };
        switch (header.Type)
        {
            case PacketType.Publish:
                facts.ReadPublish(header, body, isMqtt5, out topic, out payload);
                break;
            case PacketType.Connack when body.Length >= 2:
                facts.Retain = (body[0] & 1) != 0;
                facts.Reason = (ReasonCode)body[1];
                break;
            case PacketType.Disconnect when body.Length >= 1:
                facts.Reason = (ReasonCode)body[0];
                break;
            case PacketType.Subscribe or PacketType.Unsubscribe when body.Length > 2:
                facts.PacketIdentifier = BinaryPrimitives.ReadUInt16BigEndian(body);
                ReadOnlySpan<byte> rest = SkipProperties(body[2..], isMqtt5, out _);
                topic = ReadText(ref rest);
                break;
            case PacketType.Connect or PacketType.Auth:
                break;
            default:
                facts.PacketIdentifier = body.Length >= 2 ? BinaryPrimitives.ReadUInt16BigEndian(body) : (ushort)0;
                facts.Reason = body.Length > 2 ? (ReasonCode)body[2] : ReasonCode.Success;
                break;
        }

        return facts;
    }

    private void ReadPublish(
        FixedHeader header,
        ReadOnlySpan<byte> body,
        bool isMqtt5,
        out ReadOnlySpan<byte> topic,
        out ReadOnlySpan<byte> payload)
    {
        const int DuplicateFlag = 8;
        Duplicate = (header.First & DuplicateFlag) != 0;
        Retain = (header.First & 1) != 0;
        QoS = (QualityOfService)((header.First >> 1) & 3);
        ReadOnlySpan<byte> rest = body;
        topic = ReadText(ref rest);
        if (QoS != QualityOfService.AtMostOnce && rest.Length >= 2)
        {
            PacketIdentifier = BinaryPrimitives.ReadUInt16BigEndian(rest);
            rest = rest[2..];
        }

        int before = rest.Length;
        payload = SkipProperties(rest, isMqtt5, out ReadOnlySpan<byte> properties);
        TopicAlias = PublishProperties.From(properties).TopicAlias;
        PayloadBytes = header.RemainingLength - (body.Length - before) - (before - payload.Length);
    }

    private static ReadOnlySpan<byte> ReadText(scoped ref ReadOnlySpan<byte> rest)
    {
        if (!BinaryPrimitives.TryReadUInt16BigEndian(rest, out ushort length) || length > rest.Length - 2)
        {
            rest = default;
            return default;
        }

        ReadOnlySpan<byte> text = rest.Slice(2, length);
        rest = rest[(2 + length)..];
        return text;
    }

    private static ReadOnlySpan<byte> SkipProperties(
        ReadOnlySpan<byte> rest, bool isMqtt5, out ReadOnlySpan<byte> properties)
    {
        properties = default;
        if (!isMqtt5)
        {
            return rest;
        }

        if (VariableByteInteger.TryRead(rest, out uint bytes, out int lengthBytes) != FrameResult.Complete
            || bytes > rest.Length - lengthBytes)
        {
            return default;
        }

        properties = rest.Slice(lengthBytes, (int)bytes);
        return rest[(lengthBytes + (int)bytes)..];
    }
}
