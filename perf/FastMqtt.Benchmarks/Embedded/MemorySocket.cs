// The client's end of a connection without a system: what it sent waits here for the broker's receive, what the broker
// sends is counted and dropped. A subscriber answers QoS 1 and 2 as a client does, in its own next input, at the price
// of a few instructions per packet: they are part of every QoS 1 and 2 figure.

using FastMqtt.Protocol;
using FastMqtt.Transport;

namespace FastMqtt.Benchmarks.Embedded;

internal sealed class MemorySocket(MemoryPoller poller)
{
    private const int AcknowledgementBytes = 4;

    private byte[] _input = new byte[128];
    private int _inputBytes;
    private int _inputRead;

    public ulong Token { get; set; }

    /// <summary>In the poller's list of sockets with input.</summary>
    public bool IsReady { get; set; }

    /// <summary>Whether PUBLISH and PUBREL of the broker are answered.</summary>
    public bool Acknowledges { get; init; }

    /// <summary>Bytes the broker has sent to this client.</summary>
    public long ReceivedBytes { get; private set; }

    /// <summary>The client sends; the broker sees it at its next Wait.</summary>
    public void Send(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        _inputBytes += bytes.Length;
        poller.OnInput(this);
    }

    /// <summary>The broker receives.</summary>
    public IoStatus Receive(Span<byte> buffer, out int count)
    {
        count = Math.Min(buffer.Length, _inputBytes - _inputRead);
        _input.AsSpan(_inputRead, count).CopyTo(buffer);
        _inputRead += count;
        if (_inputRead == _inputBytes)
        {
            _inputRead = _inputBytes = 0;
        }

        return count == 0 ? IoStatus.WouldBlock : IoStatus.Done;
    }

    /// <summary>The broker sends: whole packets, since everything is taken.</summary>
    public void Take(ReadOnlySpan<byte> bytes)
    {
        ReceivedBytes += bytes.Length;
        if (Acknowledges)
        {
            Answer(bytes);
        }
    }

    private void Answer(ReadOnlySpan<byte> packets)
    {
        int before = _inputBytes;
        Span<byte> output = Reserve(packets.Length); // no answer is longer than its question
        int written = 0;
        while (!packets.IsEmpty)
        {
            // Shorter than 128 bytes, as everything sent to a subscriber here: one length byte.
            int length = 2 + packets[1];
            ReadOnlySpan<byte> identifier = packets.Slice(2, sizeof(ushort));
            int answer = 0;
            if (packets[0] >> 4 == (int)PacketType.Publish)
            {
                int qos = (packets[0] >> 1) & 3;
                answer = qos == 0 ? 0 : (int)(qos == 1 ? PacketType.Puback : PacketType.Pubrec);
                identifier = packets.Slice(4 + ((packets[2] << 8) | packets[3]), sizeof(ushort));
            }
            else if (packets[0] >> 4 == (int)PacketType.Pubrel)
            {
                answer = (int)PacketType.Pubcomp;
            }

            if (answer != 0)
            {
                output[written] = (byte)(answer << 4);
                output[written + 1] = sizeof(ushort);
                identifier.CopyTo(output[(written + 2)..]);
                written += AcknowledgementBytes;
            }

            packets = packets[length..];
        }

        _inputBytes = before + written;
        if (written > 0)
        {
            poller.OnInput(this);
        }
    }

    private Span<byte> Reserve(int bytes)
    {
        if (_input.Length - _inputBytes < bytes)
        {
            Array.Resize(ref _input, Math.Max(_input.Length * 2, _inputBytes + bytes));
        }

        return _input.AsSpan(_inputBytes);
    }
}
