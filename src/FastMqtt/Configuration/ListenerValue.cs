// The value of "listener": PORT [ADDRESS], or 0 PATH. Read here, and taken apart again by whoever makes a listener.
namespace FastMqtt.Configuration;

internal static class ListenerValue
{
    // What the kernel takes for the path of a unix socket, without the closing zero.
    private const int PathBytesMax = 107;

    public static string? Read(string rest, out string text, out long port)
    {
        string number = Words.First(rest, out string tail);
        string host = Words.First(tail, out _);
        text = string.Empty;
        port = 0;
        if (number.Length == 0)
        {
            return "needs a port";
        }

        if (!Numbers.TryRead(number, out port) || port < 0 || port > ushort.MaxValue)
        {
            return $"{Words.Quote(number)} is not a port from 0 to 65535";
        }

        bool hasHost = host.Length > 0 && host[0] != '#';
        if (port == 0 && !hasHost)
        {
            return "with port 0 needs the path of a unix socket";
        }

        if (port == 0 && System.Text.Encoding.UTF8.GetByteCount(host) > PathBytesMax)
        {
            return $"has a path longer than {PathBytesMax} bytes";
        }

        text = hasHost ? $"{port} {host}" : $"{port}";
        return null;
    }

    /// <summary>The address or path of a value that was read; null when there is none.</summary>
    public static string? HostOf(string text)
    {
        int space = text.IndexOf(' ', StringComparison.Ordinal);
        return space < 0 ? null : text[(space + 1)..];
    }
}
