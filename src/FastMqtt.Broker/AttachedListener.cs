// A listener whose connections are attached: it has options and no socket.

using FastMqtt.Broker.Dispatch;

namespace FastMqtt.Broker;

/// <summary>What holds for clients whose streams are attached. Serves any number of them, from any thread.</summary>
/// <param name="options">Its address is for the log: nothing is bound.</param>
public sealed class AttachedListener(ListenerOptions options)
{
    /// <summary>Replaced as a whole when the configuration is read again.</summary>
    public ListenerOptions Options
    {
        get => Listener.Options;
        set => Listener.Options = value;
    }

    internal Listener Listener { get; } = new(options, isAttached: true);
}
