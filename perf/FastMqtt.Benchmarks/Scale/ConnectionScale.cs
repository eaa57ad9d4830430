// `--connections N`: what a crowd of idle connections costs the broker itself, without sockets: managed bytes and time
// a connection from 1,000 to N, each with a session and one exact subscription of 30 characters, and how long a full
// collection stops the broker while they are there. One dispatcher. Not a benchmark of BenchmarkDotNet: each size is
// built once. Called by Program.

using System.Diagnostics;
using System.Globalization;
using FastMqtt.Broker;
using FastMqtt.Broker.Dispatch;
using Microsoft.Extensions.Logging.Abstractions;

namespace FastMqtt.Benchmarks.Scale;

internal static class ConnectionScale
{
    private const int SmallestSize = 1_000;
    private const int Growth = 10;

    // CONNACK and SUBACK of 3.1.1.
    private const int AnswerBytes = 4 + 5;

    public static int Run(int largest, TextWriter output)
    {
        output.WriteLine("| connections | bytes each | us each | full collection ms |");
        output.WriteLine("|---:|---:|---:|---:|");
        for (int size = SmallestSize; size <= largest; size *= Growth)
        {
            output.WriteLine(Measure(size));
        }

        return 0;
    }

    private static string Measure(int size)
    {
        var options = new BrokerOptions
        {
            SystemTopicsInterval = TimeSpan.Zero,
            Spin = TimeSpan.Zero,
            MaximumSessions = size + 1,
        };
        var state = new BrokerState(options, NullLogger.Instance, TimeProvider.System, 1);
        using var poller = new CrowdPoller();
        using var dispatcher = new Dispatcher(0, state, poller);
        state.Dispatchers[0] = dispatcher;
        dispatcher.Connections.Listeners.Add(0, new Listener(new ListenerOptions { AllowAnonymous = true }));

        long before = GC.GetTotalMemory(forceFullCollection: true);
        long begin = Stopwatch.GetTimestamp();
        poller.Size = size;
        while (poller.HasEvents)
        {
            dispatcher.Tick();
        }

        TimeSpan elapsed = Stopwatch.GetElapsedTime(begin);
        if (poller.SentBytes != (long)size * AnswerBytes || dispatcher.Connections.Count != size)
        {
            throw new InvalidOperationException("Not every connection was answered.");
        }

        long bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        TimeSpan paused = GC.GetTotalPauseDuration();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: false);
        paused = GC.GetTotalPauseDuration() - paused;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {size:N0} | {bytes / (double)size:0} | {elapsed.TotalMicroseconds / size:0.00} "
            + $"| {paused.TotalMilliseconds:0.0} |");
    }
}
