// The bounds of what an operator may choose, looked at before anything is made from it.

using System.Net;
using System.Text;
using FastMqtt.Protocol;

namespace FastMqtt.Broker;

internal static class OptionChecks
{
    /// <summary>How many dispatchers there will be.</summary>
    public static int CountDispatchers(BrokerOptions options)
    {
        if (options.Dispatchers != 0)
        {
            return options.Dispatchers;
        }

        // Up to three cores a second dispatcher takes from the clients on the same machine more than it gives.
        int cores = Environment.ProcessorCount;
        return cores <= 3 ? 1 : Math.Min(cores - 1, Limits.DispatchersMax);
    }

    /// <exception cref="ArgumentOutOfRangeException">An option is outside its bounds.</exception>
    public static void Check(BrokerOptions options, int dispatchers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dispatchers, 1, nameof(options.Dispatchers));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(dispatchers, Limits.DispatchersMax, nameof(options.Dispatchers));
        CheckRange(
            options.MaximumPacketSize,
            Limits.MaximumPacketSizeMin,
            Limits.ProtocolPacketSizeMax,
            nameof(options.MaximumPacketSize));
        CheckRange(options.MaximumInflight, 0, ushort.MaxValue, nameof(options.MaximumInflight));
        CheckRange(options.MaximumSessions, dispatchers, Limits.SessionsMax, nameof(options.MaximumSessions));
        CheckRange(options.MaximumHandshakes, 1, int.MaxValue, nameof(options.MaximumHandshakes));
        CheckRange(options.ReceiveMaximum, 1, ushort.MaxValue, nameof(options.ReceiveMaximum));
        CheckRange(options.MaximumPayloadBytes, 0, Limits.ProtocolPacketSizeMax, nameof(options.MaximumPayloadBytes));
        if (options.Persistence is { } persistence)
        {
            ArgumentException.ThrowIfNullOrEmpty(persistence.Path, nameof(persistence.Path));
            ArgumentOutOfRangeException.ThrowIfLessThan(
                persistence.QueueMemoryBytes, 1, nameof(persistence.QueueMemoryBytes));
        }

        foreach (ListenerOptions listener in options.Listeners)
        {
            Check(listener);
        }
    }

    /// <exception cref="ArgumentOutOfRangeException">An option is outside its bounds.</exception>
    public static void Check(ListenerOptions listener)
    {
        CheckRange(
            Encoding.UTF8.GetByteCount(listener.AutoIdPrefix),
            0,
            Limits.AutoIdPrefixBytes,
            nameof(listener.AutoIdPrefix));
        CheckRange(
            listener.TopicAliasMaximumToClient ?? 0, 0, ushort.MaxValue, nameof(listener.TopicAliasMaximumToClient));
        foreach (string network in listener.TrustedProxies)
        {
            ParseNetwork(network);
        }

        if (listener.MountPoint is { Length: > 0 } mountPoint
            && !TopicName.IsValid(Encoding.UTF8.GetBytes(mountPoint)))
        {
            throw new ArgumentOutOfRangeException(nameof(listener), mountPoint, "The mount point is not a topic.");
        }
    }

    /// <summary>A network such as 10.0.0.0/8, or the address of one machine.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is neither.</exception>
    public static IPNetwork ParseNetwork(string text)
    {
        if (IPNetwork.TryParse(text, out IPNetwork network))
        {
            return network;
        }

        return IPAddress.TryParse(text, out IPAddress? address)
            ? new IPNetwork(address, 8 * address.GetAddressBytes().Length)
            : throw new ArgumentOutOfRangeException(nameof(text), text, "A trusted proxy is not a network.");
    }

    private static void CheckRange(int value, int least, int most, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, least, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, most, name);
    }
}
