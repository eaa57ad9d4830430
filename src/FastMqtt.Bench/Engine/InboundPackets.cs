// Cuts what a client received into packets and answers each as the protocol demands: deliveries are checked and
// acknowledged, acknowledgements free their identifiers, answers of the set-up move it on. Called by LoadLoop.
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using FastMqtt.Protocol;

namespace FastMqtt.Bench.Engine;

internal sealed class InboundPackets(LoadOptions options, LoadLoop loop)
{
    // The packets of four bytes, without their identifiers.
    private const uint Puback = 0x4002_0000;
    private const uint Pubrec = 0x5002_0000;
    private const uint Pubrel = 0x6202_0000;
    private const uint Pubcomp = 0x7002_0000;
    private const int AcknowledgementBytes = 4;
    private const byte PublishNibble = 0x30;
    private const byte LastByteOfLength = 0x80;

    private readonly DeliveryCheck _deliveries = loop.Deliveries;

    // How each delivery is answered; 0: not at all.
    private readonly uint _acknowledgement = options.DeliveryQoS switch
    {
        QualityOfService.AtMostOnce => 0,
        QualityOfService.AtLeastOnce => Puback,
        _ => Pubrec,
    };

    /// <summary>Bytes of whole packets; the length of the packet behind them is 0 while it is unknown.</summary>
    public int Read(LoadClient client, ReadOnlySpan<byte> input, long now, out int frameLength)
    {
        frameLength = 0;
        if (client.Subscriber is null)
        {
            return ReadPackets(client, input, int.MaxValue, ref frameLength);
        }

        _deliveries.Begin(client.Subscriber, now);
        int at = 0;
        while (at < input.Length)
        {
            int consumed = _deliveries.IsNumbered ? 0 : TakeRun(client, input[at..]);
            if (consumed == 0)
            {
                consumed = ReadPackets(client, input[at..], 1, ref frameLength);
            }

            if (consumed == 0)
            {
                break;
            }

            at += consumed;
        }

        _deliveries.End();
        return at;
    }

    // Messages that are as expected, and their acknowledgements in one piece.
    private int TakeRun(LoadClient client, ReadOnlySpan<byte> input)
    {
        if (_acknowledgement == 0)
        {
            return _deliveries.TakeRun(input, default, 0) * _deliveries.RunFrameBytes;
        }

        // No message is shorter than its payload.
        int countMax = (input.Length / options.PayloadBytes) + 1;
        Span<byte> room = client.Connection!.GetOutput(countMax * AcknowledgementBytes, loop.Pool);
        int taken = _deliveries.TakeRun(input, room, _acknowledgement);
        if (taken > 0)
        {
            client.Connection.Advance(taken * AcknowledgementBytes);
            loop.MarkDirty(client);
        }

        return taken * _deliveries.RunFrameBytes;
    }

    private int ReadPackets(LoadClient client, ReadOnlySpan<byte> input, int countMax, ref int frameLength)
    {
        int at = 0;
        while (input.Length - at >= 2 && countMax-- > 0)
        {
            int headerLength = 2;
            int remaining = input[at + 1];
            if (remaining >= LastByteOfLength && !TryReadLength(input[at..], out headerLength, out remaining))
            {
                break;
            }

            if (input.Length - at - headerLength < remaining)
            {
                frameLength = headerLength + remaining;
                break;
            }

            ReadOnlySpan<byte> body = input.Slice(at + headerLength, remaining);
            byte first = input[at];
            if ((first & 0xF0) == PublishNibble && client.Subscriber is not null)
            {
                ushort identifier = _deliveries.Take(first, body);
                if (_acknowledgement != 0)
                {
                    Answer(client, _acknowledgement | identifier);
                }
            }
            else
            {
                Take(client, new FixedHeader(first, headerLength, remaining), body);
            }

            at += headerLength + remaining;
        }

        return at;
    }

    private static bool TryReadLength(ReadOnlySpan<byte> input, out int headerLength, out int remaining)
    {
        FrameResult result = VariableByteInteger.TryRead(input[1..], out uint value, out int length);
        if (result == FrameResult.Malformed)
        {
            throw new BenchException("the broker sent a packet with a malformed length");
        }

        headerLength = 1 + length;
        remaining = (int)value;
        return result == FrameResult.Complete;
    }

    private void Take(LoadClient client, FixedHeader header, ReadOnlySpan<byte> body)
    {
        switch (header.Type)
        {
            case PacketType.Puback or PacketType.Pubrec or PacketType.Pubcomp:
                TakeAcknowledgement(client, header.Type, body);
                break;
            case PacketType.Pubrel when body.Length >= sizeof(ushort):
                Answer(client, Pubcomp | BinaryPrimitives.ReadUInt16BigEndian(body));
                break;
            case PacketType.Connack:
                TakeConnack(client, header, body);
                break;
            case PacketType.Suback:
                TakeSuback(client, header, body);
                break;
            case PacketType.Unsuback when client.Answered is not null:
                client.Answered(client);
                break;
            case PacketType.Pingresp:
                loop.Pings++;
                break;
            case PacketType.Disconnect:
                throw new BenchException(
                    $"DISCONNECT from the broker, reason 0x{(body.IsEmpty ? 0 : body[0]):x2} ({client.Identifier})");
            default:
                throw new BenchException($"the broker sent {header.Type} to {client.Identifier}");
        }
    }

    private void TakeAcknowledgement(LoadClient client, PacketType type, ReadOnlySpan<byte> body)
    {
        ushort identifier = body.Length >= sizeof(ushort) ? BinaryPrimitives.ReadUInt16BigEndian(body) : (ushort)0;
        bool isRefused = body.Length > sizeof(ushort) && body[sizeof(ushort)] >= 0x80;
        if (isRefused || client.Publisher is not Publisher publisher || !publisher.TryAcknowledge(type, identifier))
        {
            FailAcknowledgement(client, type, body);
            return;
        }

        if (type == PacketType.Pubrec)
        {
            Answer(client, Pubrel | identifier);
        }
        else
        {
            loop.MarkReadyIfWaiting(client);
        }
    }

    private void Answer(LoadClient client, uint packet)
    {
        Span<byte> room = client.Connection!.GetOutput(AcknowledgementBytes, loop.Pool);
        BinaryPrimitives.WriteUInt32BigEndian(room, packet);
        client.Connection.Advance(AcknowledgementBytes);
        loop.MarkDirty(client);
    }

    private void TakeConnack(LoadClient client, FixedHeader header, ReadOnlySpan<byte> body)
    {
        ReasonCode verdict = ConnackPacket.Read(header, body, options.Version, out ConnackPacket connack);
        if (verdict != ReasonCode.Success || connack.ReasonCode != ReasonCode.Success
            || client.State != ClientState.Connected)
        {
            int code = body.Length > 1 ? body[1] : -1;
            throw new BenchException($"CONNACK refused or wrong, code {code} ({client.Identifier})");
        }

        client.ReceiveMaximum = options.Version == ProtocolVersion.Mqtt5
            ? ConnackProperties.From(connack.Properties).ReceiveMaximum
            : LoadClient.DefaultReceiveMaximum;
        client.State = ClientState.Up;
        loop.SetUp.CountUp(client);
    }

    private void TakeSuback(LoadClient client, FixedHeader header, ReadOnlySpan<byte> body)
    {
        if (SubackPacket.Read(header, body, options.Version, out SubackPacket suback) != ReasonCode.Success)
        {
            throw new BenchException($"malformed SUBACK ({client.Identifier})");
        }

        foreach (byte code in suback.ReasonCodes)
        {
            if (code >= 0x80)
            {
                throw new BenchException($"SUBACK refused, reason 0x{code:x2} ({client.Identifier})");
            }
        }

        if (client.Answered is not null)
        {
            client.Answered(client);
            return;
        }

        loop.SetUp.CountSubscribed(client, suback.ReasonCodes.Length);
    }

    [DoesNotReturn]
    private static void FailAcknowledgement(LoadClient client, PacketType type, ReadOnlySpan<byte> body) =>
        throw new BenchException($"wrong or refusing {type} {Convert.ToHexString(body)} ({client.Identifier})");
}
