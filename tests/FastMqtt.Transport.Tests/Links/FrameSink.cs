// Decodes frames the way the broker does: receive, take whole frames, keep the rest. A frame of these tests begins
// with its whole length in four bytes.

using System.Buffers.Binary;

namespace FastMqtt.Transport.Tests.Links;

internal sealed class FrameSink(Link link)
{
    public const int HeaderBytes = 4;

    public List<byte[]> Frames { get; } = [];

    public int ReceiveCount { get; private set; }

    /// <summary>A frame whose bytes differ from those of every other seed.</summary>
    public static byte[] MakeFrame(int length, int seed)
    {
        byte[] frame = new byte[length];
        new Random(seed).NextBytes(frame);
        BinaryPrimitives.WriteInt32BigEndian(frame, length);
        return frame;
    }

    /// <summary>Receives until there is nothing more.</summary>
    public IoStatus Pump()
    {
        while (true)
        {
            ReceiveCount++;
            IoStatus status = link.Connection.Receive(
                link.Area, link.Pool, out ReadOnlySpan<byte> unread, out bool filled);
            if (status != IoStatus.Done)
            {
                return status;
            }

            Decode(unread);
            if (!filled)
            {
                return IoStatus.WouldBlock;
            }
        }
    }

    public void Decode(ReadOnlySpan<byte> unread)
    {
        int consumed = 0;
        int length = 0;
        while (unread.Length - consumed >= HeaderBytes)
        {
            length = BinaryPrimitives.ReadInt32BigEndian(unread[consumed..]);
            if (unread.Length - consumed < length)
            {
                break;
            }

            Frames.Add(unread.Slice(consumed, length).ToArray());
            consumed += length;
            length = 0;
        }

        link.Connection.Consume(consumed, length, link.Pool);
    }

    /// <summary>The peer writes all bytes in pieces that are received one by one, until so many frames came.</summary>
    public void Exchange(ReadOnlySpan<byte> bytes, int pieceBytes, int frameCount)
    {
        while (!bytes.IsEmpty || Frames.Count < frameCount)
        {
            int written = link.PeerWrite(bytes[..Math.Min(pieceBytes, bytes.Length)]);
            bytes = bytes[written..];
            link.Await(PollFlags.Readable);
            Pump();
        }
    }
}
