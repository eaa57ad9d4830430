// The seed's benchmark as it is: one publisher, one subscriber, one thread, the same bytes, counting and printed lines.
// Called by SeedCommand. Improve nothing here: numbers are compared with the seed's own.
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace FastMqtt.Bench.Seed;

internal static class SeedBench
{
    /// <summary>One message on the way is never counted, because the next one is only sent once it is.</summary>
    public const int WindowMin = 2;

    // What the original's runtime reads at once.
    private const int ReadBytesMax = 64 * 1024;

    private const int SubscriberNumber = 2;
    private const int PublisherNumber = 3;

    /// <exception cref="BenchException">The broker answered wrongly, closed, or fell silent.</exception>
    public static void Run(IPEndPoint target, int count, int window, TextWriter output)
    {
        try
        {
            Measure(target, count, window, output);
        }
        catch (SocketException failure)
        {
            throw new BenchException($"{target}: {failure.Message}", failure);
        }
    }

    private static void Measure(IPEndPoint target, int count, int window, TextWriter output)
    {
        using SeedClient subscriber = Connect(target, SubscriberNumber);
        subscriber.Exchange(SeedPackets.Subscribe, SeedPackets.Suback, "SUBACK");
        output.WriteLine("[Bench] Network: single publisher -> single subscriber");
        output.WriteLine($"[Bench] Sending {count} packages, {window} concurrent ..");

        using SeedClient publisher = Connect(target, PublisherNumber);
        output.WriteLine("[Bench] Please wait ..");
        double milliseconds = Exchange(subscriber, publisher, new SeedCounter(count, window));
        output.WriteLine("[Bench] Completed.");
        output.WriteLine($"[Bench] Time delta: {milliseconds} ms");
        output.WriteLine($"[Bench] Msg/Sec: {count / milliseconds * 1e3} Msg/s");
    }

    private static double Exchange(SeedClient subscriber, SeedClient publisher, SeedCounter counter)
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

    private static SeedClient Connect(IPEndPoint target, int number)
    {
        SeedClient client = SeedClient.Connect(target);
        client.Exchange(SeedPackets.Connect(number), SeedPackets.Connack, "CONNACK");
        return client;
    }
}
