// Who gets the next message of a Shared Subscription.
using FastMqtt.Broker.Sessions;
using FastMqtt.Broker.Topics;
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
}
