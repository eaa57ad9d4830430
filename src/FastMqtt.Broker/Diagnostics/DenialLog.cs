// Keeps a client that is denied all the time from filling the log: of one client one line in ten seconds, of all
// clients of a dispatcher so many, and of the rest their number when the ten seconds are over. Every denial is counted
// by whoever denied; this is only about lines. One per dispatcher, used on its thread; suppressed, it costs a few
// comparisons.

using FastMqtt.Broker.Access;
using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Sessions;

namespace FastMqtt.Broker.Diagnostics;

internal sealed class DenialLog(Dispatcher dispatcher) : Timed
{
    /// <summary>Lines of a dispatcher in one window: enough to see who, and nobody reads more.</summary>
    public const int LinesMax = 20;

    public const int WindowMilliseconds = 10_000;

    private readonly byte[] _topic = new byte[LogText.TopicBytesMax];
    private byte _window = 1;
    private int _lines;
    private long _suppressed;
    private bool _isOpen;

    /// <summary>A client was denied; logged unless it was just now.</summary>
    public void Note(Client client, AccessKind kind, ReadOnlySpan<byte> topic)
    {
        if (topic.StartsWith("$SYS/broker/log/"u8))
        {
            return; // with the log on topics, a line about the line would cause the next
        }

        if (!_isOpen)
        {
            _isOpen = true;
            dispatcher.Timers.Arm(this, dispatcher.Now + WindowMilliseconds);
        }

        if (client.DenialWindow == _window || _lines >= LinesMax)
        {
            _suppressed++;
            return;
        }

        client.DenialWindow = _window;
        _lines++;
        dispatcher.Shared.Log.DeniedTopic(client, kind, TopicText.Copy(topic, _topic));
    }

    public override void OnDue(Dispatcher dispatcher)
    {
        long suppressed = _suppressed;
        _isOpen = false;
        _window = (byte)((_window % byte.MaxValue) + 1); // a client that stays for 255 of them loses one line
        _lines = 0;
        _suppressed = 0;
        if (suppressed > 0)
        {
            dispatcher.Shared.Log.DeniedMore(suppressed);
        }
    }
}
