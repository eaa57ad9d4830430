// The lines of a file as bytes: files of access control are read before anybody knows that they are text, and only
// lines that matter have to be. Owns the size limit. Called by the parsers.

namespace FastMqtt.Access;

internal static class AccessFileLines
{
    // 100 MiB: a million users or rules; more is the wrong file.
    private const long SizeMax = 100 * 1024 * 1024;

    private static ReadOnlySpan<byte> Blanks => " \t\r\n\v\f"u8;

    public static byte[] ReadAll(string path)
    {
        try
        {
            if (Directory.Exists(path))
            {
                throw new AccessFileException($"{path}: is a folder, not a file");
            }

            using FileStream file = File.OpenRead(path);
            if (file.Length > SizeMax)
            {
                throw new AccessFileException($"{path}: larger than {SizeMax} bytes");
            }

            using var content = new MemoryStream();
            file.CopyTo(content);
            return content.ToArray();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new AccessFileException($"{path}: cannot be read: {exception.Message}", exception);
        }
    }

    // False at the end. The line comes without its line feed; rest is what follows it.
    public static bool TryNext(scoped ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> line)
    {
        if (rest.IsEmpty)
        {
            line = default;
            return false;
        }

        int end = rest.IndexOf((byte)'\n');
        line = end < 0 ? rest : rest[..end];
        rest = end < 0 ? default : rest[(end + 1)..];
        return true;
    }

    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text) => text.Trim(Blanks);

    // The next piece that is not empty, as C's strtok finds it: separators before it are skipped. Empty: there is none.
    public static ReadOnlySpan<byte> NextToken(scoped ref ReadOnlySpan<byte> rest, byte separator)
    {
        ReadOnlySpan<byte> from = rest.TrimStart(separator);
        int end = from.IndexOf(separator);
        rest = end < 0 ? default : from[(end + 1)..];
        return end < 0 ? from : from[..end];
    }
}
