// The corrected benchmark: the window is topped up after every read, every frame is checked, latency is reported.
// One thread, two sockets: what is measured is the broker and the kernel, with as little client as possible.
// Called by BenchCommand.
using System.Diagnostics;
using System.Globalization;

namespace FastMqtt.Bench;

internal static class OneToOneBench
{
    public static int Run(BenchTarget target, OneToOneLoad load, TextWriter output, TextWriter error) =>
        BenchRun.Guard(target, error, () => Measure(target, load, output));

    private static void Measure(BenchTarget target, OneToOneLoad load, TextWriter output)
    {
        // Own names, so that two runs against one broker do not disturb each other.
        string name = string.Create(CultureInfo.InvariantCulture, $"fastmqtt-bench-{Environment.ProcessId}");
        byte[] topic = System.Text.Encoding.ASCII.GetBytes($"fastmqtt/bench/{Environment.ProcessId}");
        using BenchClient subscriber = BenchClient.Connect(target, noDelay: true);
        subscriber.Exchange(OneToOnePackets.Connect($"{name}-s"), OneToOnePackets.Connack, "CONNACK");
        subscriber.Exchange(OneToOnePackets.Subscribe(topic), OneToOnePackets.Suback, "SUBACK");
        using BenchClient publisher = BenchClient.Connect(target, noDelay: true);
        publisher.Exchange(OneToOnePackets.Connect($"{name}-p"), OneToOnePackets.Connack, "CONNACK");

        string extent = load.Seconds > 0 ? $"for {load.Seconds} s" : $"{load.Count} messages";
        output.WriteLine(
            $"1x1: {extent} of {load.PayloadBytes} bytes at QoS 0, at most {load.Window} on the way, {target}");
        var publishing = new BenchPublisher(publisher, new BenchFrame(topic, load.PayloadBytes), load);
        var receiving = new BenchSubscriber(subscriber, new BenchFrame(topic, load.PayloadBytes), load.Window);
        TimeSpan elapsed = Exchange(publishing, receiving);
        Report(receiving, elapsed, output);
    }

    private static TimeSpan Exchange(BenchPublisher publisher, BenchSubscriber subscriber)
    {
        long begin = Stopwatch.GetTimestamp();
        publisher.Begin(begin);
        while (true)
        {
            bool isAllSent = publisher.Push(subscriber.Received);
            if (subscriber.Received == publisher.Sent)
            {
                return Stopwatch.GetElapsedTime(begin);
            }

            // Unsent bytes mean that the broker stopped reading; it may be waiting for this side to read.
            if (isAllSent || publisher.WaitFor(subscriber))
            {
                subscriber.Receive();
            }
        }
    }

    private static void Report(BenchSubscriber subscriber, TimeSpan elapsed, TextWriter output)
    {
        LatencyHistogram latencies = subscriber.Latencies;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"1x1: {subscriber.Received} messages, each checked, in {elapsed.TotalSeconds:0.000} s"));
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"1x1: {subscriber.Received / elapsed.TotalSeconds:0} msgs/s"));
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"1x1: latency p50 {Microseconds(0.5):0.0} us, p99 {Microseconds(0.99):0.0} us, "
            + $"p99.9 {Microseconds(0.999):0.0} us"));

        double Microseconds(double share) => latencies.Percentile(share) / 1000.0;
    }
}
