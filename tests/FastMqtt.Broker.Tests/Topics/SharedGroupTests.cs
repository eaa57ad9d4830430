// Who gets the next message of a Shared Subscription.
using FastMqtt.Broker.Sessions;
using FastMqtt.Broker.Topics;
using FastMqtt.Protocol;
using Xunit;
using static FastMqtt.Broker.Tests.Topics.TopicFixtures;

namespace FastMqtt.Broker.Tests.Topics;

public class SharedGroupTests
{
    [Fact]
    public void Connected_members_take_turns()
    {
        SubscriptionIndex index = NewIndex();
        Subscription[] members =
            [.. Enumerable.Range(0, 9).Select(i => index.Add(NewSession(i % 3, i % 3 != 1), "f", "g"))];
        SharedGroup group = members[0].Group!;
        int[] picks = new int[9];
        for (int i = 0; i < 600; i++)
        {
            picks[Array.IndexOf(members, group.Pick(2))]++;
        }

        Assert.Equal([100, 0, 100, 100, 0, 100, 100, 0, 100], picks);
    }

    [Fact]
    public void Offline_members_take_turns_when_nobody_is_connected()
    {
        SubscriptionIndex index = NewIndex();
        Subscription[] members = [.. Enumerable.Range(0, 3).Select(i => index.Add(NewSession(i, false), "f", "g"))];
        SharedGroup group = members[0].Group!;
        Subscription?[] picks = [.. Enumerable.Range(0, 4).Select(_ => group.Pick(0))];
        Assert.Equal([members[0], members[1], members[2], members[0]], picks);
    }

    [Fact]
    public void A_member_that_keeps_messages_comes_before_one_that_does_not()
    {
        SubscriptionIndex index = NewIndex();
        for (int i = 0; i < 20; i++)
        {
            index.Add(NewSession(0, false), "g"u8, "f"u8, new SubscriptionOptions(0), 0);
        }

        Subscription keeping = index.Add(NewSession(0, false), "f", "g");
        for (int i = 0; i < 20; i++)
        {
            Assert.Same(keeping, keeping.Group!.Pick(0));
        }

        index.Remove(keeping);
        Assert.NotSame(keeping.Group!.Pick(0), keeping.Group!.Pick(0));
    }

    [Fact]
    public void Ranks_follow_random_connects_and_leaves()
    {
        var random = new Random(11);
        SubscriptionIndex index = NewIndex();
        var members = new List<Subscription>();
        SharedGroup? group = null;
        for (int step = 0; step < 20_000; step++)
        {
            int action = random.Next(4);
            if (members.Count == 0 || (action == 0 && members.Count < 30))
            {
                var options = new SubscriptionOptions((byte)random.Next(3));
                Session session = NewSession(0, random.Next(3) == 0);
                members.Add(index.Add(session, "g"u8, "f"u8, options, 0));
                session.Subscriptions.Add(members[^1]);
                group = members[^1].Group;
            }
            else if (action == 1)
            {
                int at = random.Next(members.Count);
                members[at].Session.Subscriptions.Clear();
                index.Remove(members[at]);
                members.RemoveAt(at);
            }
            else
            {
                Session session = members[random.Next(members.Count)].Session;
                session.Client = session.IsConnected ? null : new Client(null!, null!, 0);
                index.ChangeRanks(session);
            }

            Assert.Equal(members.Count, group!.MemberCount);
            Subscription? except = members.Count > 0 && step % 3 == 0 ? members[0] : null;
            Subscription? picked = group.Pick(0, except);
            Subscription[] candidates = [.. members.Where(member => member != except)];
            Assert.Equal(candidates.Length == 0 ? -1 : candidates.Min(Rank), picked is null ? -1 : Rank(picked));
            Assert.True(picked is null || candidates.Contains(picked));
        }
    }

    [Fact]
    public void A_pick_costs_the_same_however_many_are_offline()
    {
        // A pick that looked at each offline member would take minutes here.
        SubscriptionIndex index = NewIndex();
        for (int i = 0; i < 100_000; i++)
        {
            index.Add(NewSession(0, false), "f", "g");
        }

        Subscription connected = index.Add(NewSession(), "f", "g");
        for (int i = 0; i < 1_000_000; i++)
        {
            Assert.Same(connected, connected.Group!.Pick(0));
        }
    }

    [Fact]
    public void The_excepted_member_is_never_picked()
    {
        SubscriptionIndex index = NewIndex();
        Subscription leaving = index.Add(NewSession(), "f", "g");
        Assert.Null(leaving.Group!.Pick(0, leaving));
        Subscription other = index.Add(NewSession(1, false), "f", "g");
        Assert.Equal(other, leaving.Group!.Pick(0, leaving));
        index.Remove(leaving);
        Assert.Equal(other, other.Group!.Pick(0));
        index.Remove(other);
        Assert.Null(other.Group!.Pick(0));
    }

    [Fact]
    public void A_standing_member_is_found_while_others_come_and_go()
    {
        SubscriptionIndex index = NewIndex();
        Session offline = NewSession(0, false);
        Subscription[] changing = [.. Enumerable.Range(0, 40).Select(_ => index.Add(offline, "f", "g"))];
        Subscription standing = index.Add(NewSession(1), "f", "g");
        SharedGroup group = standing.Group!;
        long picks = 0;
        bool done = false;
        Exception? failure = null;
        var reader = new Thread(() =>
        {
            failure = Record.Exception(() =>
            {
                while (!Volatile.Read(ref done))
                {
                    Assert.Same(standing, group.Pick(2));
                    picks++;
                }
            });
        });
        reader.Start();
        var random = new Random(7);
        for (int i = 0; i < 300_000; i++)
        {
            int at = random.Next(changing.Length);
            index.Remove(changing[at]);
            changing[at] = index.Add(offline, "f", "g");
        }

        Volatile.Write(ref done, true);
        reader.Join();
        Assert.Null(failure);
        Assert.True(picks > 0);
    }

    private static int Rank(Subscription member) =>
        member.Session.IsConnected ? 0 : member.Options.QoS != QualityOfService.AtMostOnce ? 1 : 2;
}
