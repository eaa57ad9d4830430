// Topic Aliases towards a client: what the client has been told is what the broker relies on.

using System.Text;
using FastMqtt.Broker.Sessions;
using Xunit;

namespace FastMqtt.Broker.Tests.Sessions;

public sealed class OutgoingTopicAliasesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    public void A_known_alias_always_stands_for_the_topic_set_last(int count)
    {
        var aliases = new OutgoingTopicAliases(count);
        var told = new Dictionary<int, string>();
        var random = new Random(count);
        int known = 0;
        for (int i = 0; i < 10_000; i++)
        {
            string topic = $"topic/{random.Next(20)}";
            int alias = aliases.Use(Encoding.UTF8.GetBytes(topic));
            Assert.InRange(Math.Abs(alias), 0, count);
            if (alias < 0)
            {
                Assert.Equal(told[-alias], topic);
                known++;
            }
            else if (alias > 0)
            {
                told[alias] = topic;
            }
        }

        Assert.True(known > 0);
    }

    [Fact]
    public void Of_two_topics_that_take_turns_one_keeps_the_alias()
    {
        var aliases = new OutgoingTopicAliases(1);
        Assert.Equal(1, aliases.Use("a"u8));
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(0, aliases.Use("b"u8));
            Assert.Equal(-1, aliases.Use("a"u8));
        }
    }

    [Fact]
    public void A_topic_that_fell_silent_makes_room()
    {
        var aliases = new OutgoingTopicAliases(1);
        for (int i = 0; i < 1_000; i++)
        {
            aliases.Use("once busy"u8);
        }

        int uses = 1;
        while (aliases.Use("b"u8) == 0)
        {
            uses++;
        }

        Assert.Equal(9, uses);
        Assert.Equal(-1, aliases.Use("b"u8));
    }

    [Fact]
    public void A_topic_at_the_limit_gets_an_alias_and_one_past_it_none()
    {
        var aliases = new OutgoingTopicAliases(10);
        Assert.NotEqual(0, aliases.Use(new byte[Limits.OutgoingAliasTopicBytes]));
        Assert.Equal(0, aliases.Use(new byte[Limits.OutgoingAliasTopicBytes + 1]));
    }
}
