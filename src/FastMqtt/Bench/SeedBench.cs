// The seed's benchmark as it is: one publisher, one subscriber, one thread, the same bytes, counting and printed lines.
// Called by BenchCommand. Improve nothing here: numbers are compared with the seed's own.
using System.Diagnostics;

namespace FastMqtt.Bench;

internal static class SeedBench
{
    // One message on the way is never counted, because the next one is only sent once it is.
    private const int WindowMin = 2;

    // What the original's runtime reads at once.
    private const int ReadBytesMax = 64 * 1024;

    private const int SubscriberNumber = 2;
    private const int PublisherNumber = 3;

    public static int Run(BenchTarget target, int count, int window, TextWriter output, TextWriter error)
    {
        if (window < WindowMin)
        {
            error.WriteLine(
                "fastmqtt: bench seed needs -l 2 or more: it counts a message only when the next one arrives");
            return ExitCodes.Usage;
        }

        return BenchRun.Guard(target, error, () => Measure(target, count, window, output));
    }

    private static void Measure(BenchTarget target, int count, int window, TextWriter output)
    {
        using BenchClient subscriber = Connect(target, SubscriberNumber);
        subscriber.Exchange(SeedPackets.Subscribe, SeedPackets.Suback, "SUBACK");
        output.WriteLine("[Bench] Network: single publisher -> single subscriber");
        output.WriteLine($"[Bench] Sending {count} packages, {window} concurrent ..");

        using BenchClient publisher = Connect(target, PublisherNumber);
        output.WriteLine("[Bench] Please wait ..");
        double milliseconds = Exchange(subscriber, publisher, new SeedCounter(count, window));
        output.WriteLine("[Bench] Completed.");
        output.WriteLine($"[Bench] Time delta: {milliseconds} ms");
        output.WriteLine($"[Bench] Msg/Sec: {count / milliseconds * 1e3} Msg/s");
    }

    private static double Exchange(BenchClient subscriber, BenchClient publisher, SeedCounter counter)
    {
        byte[] publish = SeedPackets.Publish();
        var buffer = new byte[ReadBytesMax];
        long begin = Stopwatch.GetTimestamp();
        while (counter.TrySendAhead())
        {
            publisher.Send(publish);
        }

        while (!counter.IsComplete)
        {
            if (counter.OnData(subscriber.Receive(buffer)))
            {
                publisher.Send(publish);
            }
        }

        return Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
    }

    // The original leaves the socket's default: small writes may wait for an acknowledgement.
    private static BenchClient Connect(BenchTarget target, int number)
    {
        BenchClient client = BenchClient.Connect(target, noDelay: false);
        client.Exchange(SeedPackets.Connect(number), SeedPackets.Connack, "CONNACK");
        return client;
    }
}
