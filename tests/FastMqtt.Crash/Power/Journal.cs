// The changes of a directory in the order in which they were made, as powerloss.c recorded them.
using System.Buffers.Binary;

namespace FastMqtt.Crash.Power;

internal static class Journal
{
    private const int HeadBytes = 24;

    public static List<Change> Read(string path)
    {
        byte[] bytes = File.Exists(path) ? File.ReadAllBytes(path) : [];
        var changes = new List<Change>();
        int at = 0;

        // The last record may be half there: the process was killed.
        while (at + HeadBytes <= bytes.Length)
        {
            ReadOnlySpan<byte> head = bytes.AsSpan(at, HeadBytes);
            int length = (int)BinaryPrimitives.ReadUInt64LittleEndian(head[16..]);
            if (at + HeadBytes + length > bytes.Length)
            {
                break;
            }

            changes.Add(new Change(
                (ChangeKind)BinaryPrimitives.ReadInt32LittleEndian(head),
                BinaryPrimitives.ReadInt32LittleEndian(head[4..]),
                BinaryPrimitives.ReadInt64LittleEndian(head[8..]),
                bytes.AsMemory(at + HeadBytes, length)));
            at += HeadBytes + length;
        }

        return changes;
    }
}
