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
            Assert.InRange(Math.Abs(alias), 1, count);
            if (alias < 0)
            {
                Assert.Equal(told[-alias], topic);
                known++;
            }
            else
            {
                told[alias] = topic;
            }
        }

        Assert.True(known > 0);
    }

    [Fact]
    public void A_topic_at_the_limit_gets_an_alias_and_one_past_it_none()
    {
        var aliases = new OutgoingTopicAliases(10);
        Assert.NotEqual(0, aliases.Use(new byte[Limits.OutgoingAliasTopicBytes]));
        Assert.Equal(0, aliases.Use(new byte[Limits.OutgoingAliasTopicBytes + 1]));
    }
}
