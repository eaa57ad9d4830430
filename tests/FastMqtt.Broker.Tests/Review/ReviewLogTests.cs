// What a client chooses cannot forge a line of the log or fill it.

using System.Diagnostics;
using System.Text;
using FastMqtt.Broker.Diagnostics;
using FastMqtt.Broker.Sessions;
using FastMqtt.Broker.Tests.Allocation;
using FastMqtt.Broker.Tests.Harness;
using Xunit;

namespace FastMqtt.Broker.Tests.Review;

[Collection(nameof(RunsAlone))] // others that start would keep the runtime from compiling what is counted
public sealed class ReviewLogTests
{
    // How long the runtime may take to compile what it runs often.
    private static readonly TimeSpan CompilationLimit = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("sensor-1", "sensor-1")]
    [InlineData("Gerät", "Gerät")]
    [InlineData("a\nClient root connected\r\u001b[2J", "a\uFFFDClient root connected\uFFFD\uFFFD[2J")]
    public void A_client_identifier_is_one_line(string identifier, string expected) =>
        Assert.Equal(expected, new ClientName(new Session(0, 1, Encoding.UTF8.GetBytes(identifier))).ToString());

    [Fact]
    public void A_long_client_identifier_is_cut()
    {
        byte[] identifier = Encoding.UTF8.GetBytes(new string('ü', 30_000));
        Assert.Equal(new string('ü', 256), new ClientName(new Session(0, 1, identifier)).ToString());
    }

    [Fact]
    public void The_lines_about_a_connection_name_it_and_cost_no_allocation()
    {
        using var broker = new TestBroker();
        TestClient client = broker.Connect("sensor-1", keepAlive: 60);
        Session session = broker.FindSession("sensor-1")!;
        var connected = new ConnectedLine(session.Client!, session, 60, 0);
        var closed = new ClosedLine(session.Client!, session);
        Assert.Matches(
            @"^New client connected from 127\.0\.0\.1:\d+ as sensor-1 "
            + @"\(p5, expiry 0 s, k60, d0, listener attached\)\.$",
            connected.ToString());
        Assert.Matches(
            @"^Client sensor-1 \[127\.0\.0\.1:\d+\] closed its connection \(listener attached\)\.$", closed.ToString());

        Span<char> line = stackalloc char[256];
        long allocated = long.MaxValue;
        long begin = Stopwatch.GetTimestamp();
        while (allocated > 0 && Stopwatch.GetElapsedTime(begin) < CompilationLimit) // until it is compiled as it ships
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Assert.True(connected.TryFormat(line, out _, default, null) & closed.TryFormat(line, out _, default, null));
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);
        Assert.False(client.IsClosed);
    }

    [Fact]
    public void A_line_that_does_not_fit_is_refused_whole()
    {
        Span<char> line = stackalloc char[5];
        Assert.False(new ClientName(new Session(0, 1, "sensor-1"u8.ToArray())).TryFormat(line, out _, default, null));
    }
}
