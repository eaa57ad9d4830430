// Clients that send much share a slice of a tick, so that those who send little are answered soon.

using FastMqtt.Broker.Tests.Harness;
using Xunit;

namespace FastMqtt.Broker.Tests.Dispatching;

public sealed class LoudClientTests : IDisposable
{
    private const int LoudCount = 20;

    private readonly TestBroker _broker = new();
    private readonly TestClient[] _loud = new TestClient[LoudCount];
    private readonly int[] _sent = new int[LoudCount];
    private readonly TestClient _subscriber;
    private readonly TestClient _quiet;

    public LoudClientTests()
    {
        for (int i = 0; i < LoudCount; i++)
        {
            _loud[i] = _broker.Connect();
        }

        _subscriber = _broker.Connect().Subscribe("#");
        _quiet = _broker.Connect();
        _broker.Time.PassingByLook = 1; // every read takes more than a slice
    }

    public void Dispose() => _broker.Dispose();

    [Fact]
    public void When_many_begin_at_once_a_tick_reads_only_some_of_them()
    {
        SendMuch();
        _broker.TickOnce();
        ReadSomeThenAll();
    }

    [Fact]
    public void One_that_sends_little_is_read_before_those_that_are_known_to_send_much()
    {
        SendMuch();
        _broker.Tick();
        _subscriber.Read();
        for (int round = 0; round < 5; round++)
        {
            SendMuch();
            _quiet.Send("quiet", "x");
            _broker.TickOnce();
            Assert.Equal("quiet", _subscriber.NextPublish().Topic);
            ReadSomeThenAll();
        }
    }

    [Fact]
    public void Each_gets_its_turn_and_everything_of_each_comes_in_its_order()
    {
        var next = new Dictionary<string, int>();
        int received = 0;
        for (int round = 0; round < 200; round++)
        {
            if (round < 100)
            {
                SendMuch();
            }

            _broker.TickOnce();
            foreach (Packet packet in _subscriber.Read())
            {
                received++;
                int expected = next.GetValueOrDefault(packet.Topic);
                Assert.Equal(expected.ToString(), packet.Text.Trim());
                next[packet.Topic] = expected + 1;
            }

            Assert.True(round < 20 || next.Count == LoudCount, "Somebody's turn does not come.");
        }

        _broker.Tick();
        received += _subscriber.Read().Count;
        Assert.Equal(100 * LoudCount, received);
    }

    private void ReadSomeThenAll()
    {
        int some = _subscriber.Read().Count;
        Assert.InRange(some, 1, 2);
        _broker.Tick();
        Assert.Equal(LoudCount - some, _subscriber.Read().Count);
    }

    private void SendMuch()
    {
        for (int i = 0; i < LoudCount; i++)
        {
            _loud[i].Send($"loud/{i}", _sent[i]++.ToString().PadRight(Limits.LoudBytes));
        }
    }
}
