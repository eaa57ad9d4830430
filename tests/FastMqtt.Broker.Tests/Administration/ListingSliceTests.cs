// A listing of very many sessions takes a bounded piece of each tick, and everybody else goes on. Counted in commands
// and entries: no time is measured.

using System.Text;
using FastMqtt.Broker.Administration;
using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Sessions;
using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Administration;

public sealed class ListingSliceTests
{
    private const int Sessions = 100_000;

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void A_hundred_thousand_sessions_are_listed_in_small_slices(int dispatchers)
    {
        using var broker = new TestBroker(dispatchers);
        Fill(broker, Sessions);
        var walk = new CountingWalk(broker.State);
        walk.Start(1, after: null);
        broker.Tick();
        Assert.True(walk.Answer.IsCompletedSuccessfully);
        Assert.Equal(Sessions, walk.Seen.Count);
        Assert.Equal(Sessions, walk.Seen.Distinct().Count());
        Assert.InRange(walk.MostInSlice, 1, Limits.InspectedInSlice);
        Assert.True(walk.Slices >= Sessions / Limits.InspectedInSlice);
    }

    [Fact]
    public void A_slice_ends_when_its_time_is_over()
    {
        using var broker = new TestBroker();
        Fill(broker, 1_000);
        broker.Time.PassingByLook = 1;
        var walk = new CountingWalk(broker.State);
        walk.Start(1, after: null);
        TickUntilCompleted(broker, walk);
        Assert.Equal(1_000, walk.Seen.Count);
        Assert.Equal(1, walk.MostInSlice);
    }

    [Fact]
    public void Clients_are_served_in_every_tick_of_a_listing()
    {
        using var broker = new TestBroker();
        Fill(broker, Sessions);
        TestClient client = broker.Connect();
        broker.Time.PassingByLook = 1; // each command takes all of its share
        var walk = new CountingWalk(broker.State, most: 2_000);
        walk.Start(1, after: null);
        int ticks = 0;
        while (!walk.Answer.IsCompleted)
        {
            client.Send(Packets.Pingreq);
            broker.TickOnce();
            client.Next(PacketType.Pingresp);
            ticks++;
        }

        Assert.Equal(walk.Slices, ticks);
    }

    [Fact]
    public void One_session_with_very_many_subscriptions_is_listed_in_small_slices()
    {
        using var broker = new TestBroker();
        TestClient client = broker.Connect("c");
        Session session = broker.FindSession("c")!;
        for (int i = 0; i < 20_000; i++)
        {
            session.Subscriptions.Add(broker.State.Subscriptions.Add(
                session, default, Encoding.UTF8.GetBytes($"topic/{i}"), default, 0));
        }

        var query = new SubscriptionQuery { PageSize = 10_000, ClientId = "c" };
        var listing = new SubscriptionListing(broker.State, query, CancellationToken.None);
        listing.Start(1, after: null);
        broker.Tick();
        Assert.True(listing.Answer.IsCompletedSuccessfully);
        Assert.True(listing.Slices >= 10_000 / Limits.InspectedInSlice);
        client.Send(Packets.Pingreq);
        broker.Tick();
        client.Next(PacketType.Pingresp);
    }

    [Fact]
    public void A_listing_that_was_cancelled_ends_with_its_slice()
    {
        using var broker = new TestBroker();
        Fill(broker, 10_000);
        broker.Time.PassingByLook = 1;
        using var cancellation = new CancellationTokenSource();
        var walk = new CountingWalk(broker.State, cancellation: cancellation.Token);
        walk.Start(1, after: null);
        broker.TickOnce();
        cancellation.Cancel();
        broker.TickOnce();
        Assert.True(walk.Answer.IsCanceled);
        int seen = walk.Seen.Count;
        broker.TickOnce();
        Assert.Equal(seen, walk.Seen.Count);
        Assert.False(broker.Dispatchers[0].Inbox.HasItems);
    }

    private static void TickUntilCompleted(TestBroker broker, CountingWalk walk)
    {
        while (!walk.Answer.IsCompleted)
        {
            broker.TickOnce();
        }
    }

    // Sessions without clients, as a start with a store makes them.
    private static void Fill(TestBroker broker, int count)
    {
        for (int i = 0; i < count; i++)
        {
            byte[] identifier = Encoding.UTF8.GetBytes($"device-{i}");
            int owner = SessionDirectory.OwnerOf(identifier, broker.Dispatchers.Length);
            broker.Dispatchers[owner].Sessions.Add(new Session(owner, broker.State.NumberOf(identifier), identifier));
        }
    }

    private sealed class CountingWalk(
        BrokerState state, int most = int.MaxValue, CancellationToken cancellation = default)
        : SessionWalk<string>(state, most, cancellation)
    {
        private int _inSlice;

        public List<string> Seen { get; } = [];

        public int MostInSlice { get; private set; }

        protected override char Kind => 't';

        protected override void Begin() => _inSlice = 0;

        protected override bool Look(Dispatcher dispatcher, Session session)
        {
            MostInSlice = Math.Max(MostInSlice, ++_inSlice);
            Seen.Add(Encoding.UTF8.GetString(session.ClientIdentifier));
            Add(Seen[^1]);
            return true;
        }
    }
}
