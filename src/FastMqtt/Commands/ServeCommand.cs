// The command without a name: run the broker until a signal. Owns the translation of the command line to a
// configuration. Called by CommandLine; the broker itself runs in BrokerProcess.
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using FastMqtt.Configuration;
using FastMqtt.Logging;

namespace FastMqtt.Commands;

internal static class ServeCommand
{
    // What SubscriberChain's mask of dispatchers can hold.
    private const int DispatcherCountMax = 64;

    // Longer than a millisecond is not a moment but a core.
    private const int SpinMicrosecondsMax = 1_000;

    private static readonly Option<int[]> Port = new("--port", "-p")
    {
        HelpName = "PORT",
        Description = "Listen on this port of the loopback addresses (1883 when nothing else is asked for)",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
        CustomParser = ParsePorts,
    };

    private static readonly Option<IPEndPoint[]> Listen = new("--listen")
    {
        HelpName = "ADDRESS:PORT",
        Description = "Listen on this address, for example 0.0.0.0:1883 or [::]:1883; may be given several times",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
        CustomParser = ParseEndPoints,
    };

    private static readonly Option<bool> Anonymous = new("--allow-anonymous")
    {
        Description = "Let clients in without credentials on addresses other than loopback",
    };

    private static readonly Option<bool> Verbose = new("--verbose", "-v")
    {
        Description = "Log everything (log_type all)",
    };

    private static readonly Option<bool> Quiet = new("--quiet", "-q")
    {
        Description = "Log nothing (log_type none); overrides -v",
    };

    private static readonly Option<bool> Daemon = new("--daemon", "-d")
    {
        Description = "Not supported: let a service manager such as systemd start the broker",
    };

    private static readonly Option<bool> TestConfiguration = new("--test-config")
    {
        Description = "Only check the configuration, without printing it; fastmqtt check says more",
    };

    private static readonly Option<int?> Dispatchers = new("--dispatchers")
    {
        HelpName = "N",
        Description = "Threads that serve clients (default: 1 on up to 3 cores, otherwise cores - 1)",
        CustomParser = static result => ParseNumber(result, 1, DispatcherCountMax),
    };

    private static readonly Option<int?> MaximumKeepAlive = new("--max-keepalive")
    {
        HelpName = "SECONDS",
        Description = "Longest Keep Alive: an MQTT 5.0 client with a longer one, or none, is given this",
        CustomParser = static result => ParseNumber(result, 1, ushort.MaxValue),
    };

    private static readonly Option<int?> Spin = new("--spin")
    {
        HelpName = "MICROSECONDS",
        Description = "Look for work so long before sleeping, while traffic makes it pay; 0 never",
        CustomParser = static result => ParseNumber(result, 0, SpinMicrosecondsMax),
    };

    public static void AddTo(RootCommand root, TextWriter error)
    {
        var configuration = new ConfigurationOptions();
        configuration.AddTo(root);
        Option[] options =
        [
            Port, Listen, Anonymous, Verbose, Quiet, Daemon, TestConfiguration, Dispatchers, MaximumKeepAlive, Spin,
        ];
        foreach (Option option in options)
        {
            root.Options.Add(option);
        }

        root.SetAction(parsed =>
        {
            if (parsed.GetValue(Daemon))
            {
                error.WriteLine("fastmqtt: -d is not supported: let systemd start it, see docs/RUNNING.md");
                return ExitCodes.Usage;
            }

            ConfigurationInput input = InputOf(parsed, configuration);
            return parsed.GetValue(TestConfiguration)
                ? CheckCommand.Run(input, TextWriter.Null, error)
                : Serve(input, error);
        });
    }

    private static ConfigurationInput InputOf(ParseResult parsed, ConfigurationOptions configuration)
    {
        var flags = new List<(string Flag, string Option, string Value)>();
        AddIf(parsed.GetValue(Anonymous), "--allow-anonymous", "allow_anonymous", "true");
        AddIf(parsed.GetValue(Verbose), "-v", "log_type", "all");
        AddIf(parsed.GetValue(Quiet), "-q", "log_type", "none");
        AddNumber(parsed.GetValue(Dispatchers), "--dispatchers", "dispatchers");
        AddNumber(parsed.GetValue(MaximumKeepAlive), "--max-keepalive", "max_keepalive");
        AddNumber(parsed.GetValue(Spin), "--spin", "spin");
        return new ConfigurationInput
        {
            File = configuration.File(parsed),
            Environment = ConfigurationInput.ReadEnvironment(),
            Sets = configuration.Sets(parsed),
            Ports = parsed.GetValue(Port) ?? [],
            Listen = parsed.GetValue(Listen) ?? [],
            Flags = flags,
        };

        void AddIf(bool isGiven, string flag, string option, string value)
        {
            if (isGiven)
            {
                flags.Add((flag, option, value));
            }
        }

        void AddNumber(int? number, string flag, string option) => AddIf(
            number is not null, flag, option, Text(number ?? 0));
    }

    private static int Serve(ConfigurationInput input, TextWriter error)
    {
        Settings settings = ConfigurationReader.Read(input);
        ConfigurationChecks.Run(settings);
        StoreChecks.Run(settings);
        if (CheckCommand.WriteProblems(settings, error))
        {
            return ExitCodes.Usage;
        }

        try
        {
            using var loggers = new LineLoggerFactory(Console.Out, error, BrokerMapping.LogOf(settings.Global));
            using var access = new AccessFactory(loggers.CreateLogger("fastmqtt"));
            MappedSettings mapped = BrokerMapping.Map(settings, access);
            mapped.Broker.Persistence = StoreMapping.Map(settings);
            if (CheckCommand.WriteProblems(settings, error))
            {
                return ExitCodes.Usage;
            }

            var reload = new ConfigurationReload(input, settings, access) { Persistence = mapped.Broker.Persistence };
            return BrokerProcess.Run(mapped, settings.Notices, loggers, reload, error);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            error.WriteLine($"fastmqtt: {failure.Message}"); // the log's file
            return ExitCodes.Usage;
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static int[] ParsePorts(ArgumentResult result)
    {
        var ports = new int[result.Tokens.Count];
        for (int i = 0; i < ports.Length; i++)
        {
            if (!TryParse(result, result.Tokens[i].Value, 0, ushort.MaxValue, out ports[i]))
            {
                return [];
            }
        }

        return ports;
    }

    private static int? ParseNumber(ArgumentResult result, int least, int most) =>
        TryParse(result, result.Tokens[0].Value, least, most, out int value) ? value : null;

    private static bool TryParse(ArgumentResult result, string text, int least, int most, out int value)
    {
        if (int.TryParse(text, out value) && value >= least && value <= most)
        {
            return true;
        }

        result.AddError($"'{text}' is not a number from {least} to {most}");
        return false;
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
