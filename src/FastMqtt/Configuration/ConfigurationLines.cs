// A file as numbered lines that mean something: without comments, empty lines and line ends. Says what is wrong with
// the file or a line of it, and never throws for what a file contains.
using System.Text;

namespace FastMqtt.Configuration;

internal static class ConfigurationLines
{
    // Bytes. Whatever is larger was not written for a broker.
    private const int FileBytesMax = 16 << 20;

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>Hands over each line with its number, or a problem with the file as line 0.</summary>
    public static void Read(string path, Action<int, string> onLine, Action<int, string> onProblem)
    {
        byte[]? content = ReadFile(path, onProblem);
        int line = 0;
        int start = 0;
        while (content is not null && start < content.Length)
        {
            int length = content.AsSpan(start).IndexOf((byte)'\n');
            ReadOnlySpan<byte> bytes = length < 0 ? content.AsSpan(start) : content.AsSpan(start, length);
            start += length < 0 ? bytes.Length : length + 1;
            line++;
            ReadLine(line, bytes.TrimEnd((byte)'\r'), onLine, onProblem);
        }
    }

    private static void ReadLine(
        int line, ReadOnlySpan<byte> bytes, Action<int, string> onLine, Action<int, string> onProblem)
    {
        // A comment begins with the first character of a line; it may be in any encoding.
        if (bytes.IsEmpty || bytes[0] == '#' || bytes.IndexOfAnyExcept((byte)' ') < 0)
        {
            return;
        }

        if (bytes.Contains((byte)0))
        {
            onProblem(line, "the line contains a zero byte");
            return;
        }

        try
        {
            onLine(line, StrictUtf8.GetString(bytes));
        }
        catch (DecoderFallbackException)
        {
            onProblem(line, "the line is not UTF-8");
        }
    }

    private static byte[]? ReadFile(string path, Action<int, string> onProblem)
    {
        try
        {
            if (Directory.Exists(path))
            {
                onProblem(0, "is a directory");
                return null;
            }

            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var content = new MemoryStream();
            var block = new byte[64 << 10];
            int count;
            while ((count = stream.Read(block)) > 0)
            {
                content.Write(block, 0, count);
                if (content.Length > FileBytesMax)
                {
                    onProblem(0, $"is larger than {FileBytesMax >> 20} MiB");
                    return null;
                }
            }

            return content.ToArray();
        }
        catch (Exception exception) when (FileFaults.Describe(exception) is not null)
        {
            onProblem(0, FileFaults.Describe(exception)!);
            return null;
        }
    }
}
