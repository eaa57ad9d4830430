// The command without a name: run the broker until a signal. Owns the translation of options to BrokerOptions.
// Called by CommandLine; the broker itself runs in BrokerProcess.
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using System.Net.Sockets;
using FastMqtt.Broker;
using FastMqtt.Logging;
using FastMqtt.Hosting;
using FastMqtt.Transport;

namespace FastMqtt.Commands;

internal static class ServeCommand
{
    // What SubscriberChain's mask of dispatchers can hold.
    private const int DispatcherCountMax = 64;

    // Longer than a millisecond is not a moment but a core.
    private const int SpinMicrosecondsMax = 1_000;

    public static void AddTo(RootCommand root, TextWriter error)
    {
        var port = new Option<int?>("--port", "-p")
        {
            HelpName = "PORT",
            Description = "Listen on this port of the loopback addresses (1883 when nothing else is asked for)",
            CustomParser = static result => ParseNumber(result, 0, ushort.MaxValue),
        };
        var listen = new Option<IPEndPoint[]>("--listen")
        {
            HelpName = "ADDRESS:PORT",
            Description = "Listen on this address, for example 0.0.0.0:1883 or [::]:1883; may be given several times",
            Arity = ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = false,
            CustomParser = ParseEndPoints,
        };
        var anonymous = new Option<bool>("--allow-anonymous")
        {
            Description = "Let clients in without credentials on addresses other than loopback",
        };
        var verbose = new Option<bool>("--verbose", "-v") { Description = "Log details of every connection" };
        var dispatchers = new Option<int?>("--dispatchers")
        {
            HelpName = "N",
            Description = "Threads that serve clients (default: 1 on up to 3 cores, otherwise cores - 1)",
            CustomParser = static result => ParseNumber(result, 1, DispatcherCountMax),
        };
        var maximumKeepAlive = new Option<int?>("--max-keepalive")
        {
            HelpName = "SECONDS",
            Description = "Longest Keep Alive: an MQTT 5.0 client with a longer one, or none, is given this",
            CustomParser = static result => ParseNumber(result, 1, ushort.MaxValue),
        };
        var spin = new Option<int?>("--spin")
        {
            HelpName = "MICROSECONDS",
            Description = "Look for work so long before sleeping, while traffic makes it pay; 0 never",
            CustomParser = static result => ParseNumber(result, 0, SpinMicrosecondsMax),
        };
        root.Options.Add(port);
        root.Options.Add(listen);
        root.Options.Add(anonymous);
        root.Options.Add(verbose);
        root.Options.Add(dispatchers);
        root.Options.Add(maximumKeepAlive);
        root.Options.Add(spin);
        root.SetAction(parsed =>
        {
            BrokerOptions options = BuildOptions(
                parsed.GetValue(port),
                parsed.GetValue(listen) ?? [],
                parsed.GetValue(anonymous),
                parsed.GetValue(dispatchers) ?? 0);
            options.MaximumKeepAlive = (ushort)(parsed.GetValue(maximumKeepAlive) ?? 0);
            if (parsed.GetValue(spin) is { } microseconds)
            {
                options.Spin = TimeSpan.FromMicroseconds(microseconds);
            }

            LogSettings log = parsed.GetValue(verbose)
                ? LogSettings.Default with { Types = LogSettings.AllTypes }
                : LogSettings.Default;
            return BrokerProcess.Run(options, log, ProcessSettings.Default, error);
        });
    }

    /// <summary>A port or no address at all means loopback; loopback never asks for credentials.</summary>
    public static BrokerOptions BuildOptions(int? port, IPEndPoint[] listen, bool allowAnonymous, int dispatchers)
    {
        var options = new BrokerOptions { Dispatchers = dispatchers };
        if (port is not null || listen.Length == 0)
        {
            int loopbackPort = port ?? Address.DefaultPort;
            Add(options, new IPEndPoint(IPAddress.Loopback, loopbackPort), allowAnonymous);

            // With port 0 the two addresses would get two ports, and nobody could tell which is meant.
            if (loopbackPort != 0 && IsLoopbackV6Usable())
            {
                Add(options, new IPEndPoint(IPAddress.IPv6Loopback, loopbackPort), allowAnonymous);
            }
        }

        foreach (IPEndPoint endPoint in listen)
        {
            Add(options, endPoint, allowAnonymous);
        }

        return options;
    }

    private static void Add(BrokerOptions options, IPEndPoint endPoint, bool allowAnonymous) =>
        options.Listeners.Add(new ListenerOptions
        {
            EndPoint = endPoint,
            AllowAnonymous = allowAnonymous || IPAddress.IsLoopback(endPoint.Address),
        });

    // Containers often have IPv6 in the kernel and no ::1 on the interface: only a bind tells.
    private static bool IsLoopbackV6Usable()
    {
        try
        {
            // Not System.Net.Sockets.Socket: the first one starts a thread that nothing else here needs.
            ListenSocket.Close(ListenSocket.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0), backlog: 1, out _));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int? ParseNumber(ArgumentResult result, int least, int most)
    {
        string text = result.Tokens[0].Value;
        if (int.TryParse(text, out int value) && value >= least && value <= most)
        {
            return value;
        }

        result.AddError($"'{text}' is not a number from {least} to {most}");
        return null;
    }

    private static IPEndPoint[] ParseEndPoints(ArgumentResult result)
    {
        var endPoints = new IPEndPoint[result.Tokens.Count];
        for (int i = 0; i < endPoints.Length; i++)
        {
            string text = result.Tokens[i].Value;
            if (!Address.TryParseEndPoint(text, out IPEndPoint? endPoint))
            {
                result.AddError($"'{text}' is not ADDRESS:PORT, such as 0.0.0.0:1883 or [::1]:1883");
                return [];
            }

            endPoints[i] = endPoint;
        }

        return endPoints;
    }
}
