// Lines as messages on $SYS/broker/log/..., with Mosquitto's topics. Never those of debugging: publishing them would
// cause more of them. Before the broker runs there is nobody to hand them to.
using System.Text;

namespace FastMqtt.Logging;

internal sealed class TopicDestination : ILogDestination
{
    private volatile Func<byte[], byte[], bool>? _publish;
    private bool _hasLost;

    /// <summary>Takes a topic and a payload; false: too much waits already.</summary>
    public Func<byte[], byte[], bool>? Publish
    {
        get => _publish;
        set => _publish = value;
    }

    public static string? TopicOf(LogTypes type) => type switch
    {
        LogTypes.Error => "$SYS/broker/log/E",
        LogTypes.Warning => "$SYS/broker/log/W",
        LogTypes.Notice => "$SYS/broker/log/N",
        LogTypes.Information => "$SYS/broker/log/I",
        LogTypes.Subscribe => "$SYS/broker/log/M/subscribe",
        LogTypes.Unsubscribe => "$SYS/broker/log/M/unsubscribe",
        LogTypes.WebSockets => "$SYS/broker/log/WS",
        _ => null,
    };

    public void Append(LogTypes type, ReadOnlySpan<char> line)
    {
        if (TopicOf(type) is { } topic && _publish is { } publish)
        {
            byte[] payload = new byte[Encoding.UTF8.GetByteCount(line)];
            Encoding.UTF8.GetBytes(line, payload);
            _hasLost |= !publish(Encoding.ASCII.GetBytes(topic), payload);
        }
    }

    public void Flush()
    {
        if (_hasLost)
        {
            _hasLost = false;
            throw new IOException("The broker is behind with what is logged on topics.");
        }
    }

    public void Reopen()
    {
    }

    public void Dispose()
    {
    }
}
