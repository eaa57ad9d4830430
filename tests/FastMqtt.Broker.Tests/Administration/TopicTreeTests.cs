// The topic tree as text, exactly.

using FastMqtt.Broker.Administration;
using FastMqtt.Broker.Tests.Harness;
using Xunit;

namespace FastMqtt.Broker.Tests.Administration;

public sealed class TopicTreeTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public async Task Each_level_is_a_line_with_its_listeners(int dispatchers)
    {
        using TestBroker broker = Filled(dispatchers);
        Assert.Equal(
            """
            "" (0 listeners)
              x (1 listeners)
            $SYS (0 listeners)
              # (1 listeners)
            a (1 listeners)
              # (1 listeners)
              b (3 listeners)
                + (0 listeners)
                  d (1 listeners)
                c (2 listeners)

            """.ReplaceLineEndings("\n"),
            await WriteAsync(broker, new TopicTreeQuery()));
    }

    [Fact]
    public async Task A_part_of_it_is_written_with_what_is_deeper_summed_up()
    {
        using TestBroker broker = Filled(2);
        Assert.Equal(
            "\"\" (0 listeners, 1 below)\n$SYS (0 listeners, 1 below)\na (1 listeners, 7 below)\n",
            await WriteAsync(broker, new TopicTreeQuery { MaximumDepth = 1 }));
        Assert.Equal(
            "a/b (3 listeners)\n  + (0 listeners, 1 below)\n  c (2 listeners)\n",
            await WriteAsync(broker, new TopicTreeQuery { Below = "a/b", MaximumDepth = 2 }));
        Assert.Equal(
            "a/b/+ (0 listeners)\n  d (1 listeners)\n",
            await WriteAsync(broker, new TopicTreeQuery { Below = "a/b/+" }));
        Assert.Equal("", await WriteAsync(broker, new TopicTreeQuery { Below = "a/bc" }));
        Assert.Equal("", await WriteAsync(new TestBroker(), new TopicTreeQuery()));
    }

    [Fact]
    public async Task Topics_with_a_retained_message_are_marked()
    {
        using var broker = new TestBroker();
        TestClient client = broker.Connect().Subscribe("a/b").Subscribe("c");
        client.Publish("a/b", "x", retain: true);
        client.Publish("a/d", "x", retain: true);
        Assert.Equal(
            "a (0 listeners)\n  b (1 listeners, retained)\n  d (0 listeners, retained)\nc (1 listeners)\n",
            await WriteAsync(broker, new TopicTreeQuery { IncludeRetained = true }));
        Assert.Equal(
            "a/d (0 listeners, retained)\n",
            await WriteAsync(broker, new TopicTreeQuery { IncludeRetained = true, Below = "a/d" }));
    }

    [Fact]
    public async Task Filters_of_any_number_of_shapes_and_levels_are_in_it()
    {
        // More shapes than FilterTable takes: the rest lies in the trie.
        using var broker = new TestBroker();
        TestClient client = broker.Connect();
        for (int i = 1; i <= 30; i++)
        {
            client.Subscribe(string.Join('/', Enumerable.Repeat("+", i)));
            client.Subscribe(string.Join('/', Enumerable.Repeat("x", i)) + "/#");
        }

        string tree = await WriteAsync(broker, new TopicTreeQuery());
        Assert.Equal(60, tree.Split('\n').Count(line => line.EndsWith("(1 listeners)", StringComparison.Ordinal)));
        Assert.EndsWith($"{new string(' ', 60)}# (1 listeners)\n", tree, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_level_does_not_write_a_line_of_its_own()
    {
        using var broker = new TestBroker();
        broker.Connect().Subscribe("a\u0085b\u0007/\u001b[31m");
        Assert.Equal(
            "a\uFFFDb\uFFFD (0 listeners)\n  \uFFFD[31m (1 listeners)\n",
            await WriteAsync(broker, new TopicTreeQuery()));
    }

    private static TestBroker Filled(int dispatchers)
    {
        var broker = new TestBroker(dispatchers);
        broker.Connect("1").Subscribe("a").Subscribe("a/b").Subscribe("a/#").Subscribe("/x").Subscribe("$SYS/#");
        broker.Connect("2").Subscribe("a/b").Subscribe("a/b/c").Subscribe("$share/g/a/b/c");
        broker.Connect("3").Subscribe("$share/h/a/b").Subscribe("a/b/+/d");
        return broker;
    }

    private static async Task<string> WriteAsync(TestBroker broker, TopicTreeQuery query)
    {
        using var writer = new StringWriter { NewLine = "\n" };
        await new Host(broker).AskAsync(async one =>
        {
            await one.WriteTopicTreeAsync(writer, query);
            return true;
        });
        return writer.ToString();
    }
}
