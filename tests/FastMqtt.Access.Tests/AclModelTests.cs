// Random lists, clients and topics: the tries against Mosquitto's own way, which is to go through the lines in order.

using System.Globalization;
using System.Text;
using FastMqtt.Broker.Access;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace FastMqtt.Access.Tests;

public class AclModelTests
{
    private static readonly string[] Levels =
        ["a", "b", string.Empty, "%c", "%u", "x%c", "%u%u", "$SYS", "$data", "c1", "u1", "+", "+", "+", "#", "#", "#"];

    private static readonly string[] Accesses = ["", "read ", "write ", "readwrite ", "deny "];
    private static readonly string?[] UserNames = [null, "u1", "u2", "u+", "a/b", "$SYS", ""];
    private static readonly string[] ClientIds = ["c1", "u1", "c#", "a", "$data", "x/y"];

    [Fact]
    public void list_decides_as_going_through_the_lines_does()
    {
        int firstSeed = Environment.TickCount;
        int allowed = 0;
        int checks = 0;
        for (int seed = firstSeed; seed < firstSeed + 400; seed++)
        {
            var random = new Random(seed);
            string content = RandomList(random);
            using var file = new TemporaryFile(content);
            using var list = new AclFile(file.Path, NullLogger.Instance, new FakeTimeProvider());
            for (int i = 0; i < 60; i++)
            {
                string clientId = Pick(random, ClientIds);
                string? userName = Pick(random, UserNames);
                string topic = RandomTopic(random);
                AccessKind kind = random.Next(2) == 0 ? AccessKind.Publish : AccessKind.Receive;
                bool expected = LinearAcl.Allows(content, clientId, userName, topic, kind == AccessKind.Publish);
                AccessVerdict verdict = list.RulesFor(clientId, new ClientIdentity { UserName = userName })
                    .Check(kind, Encoding.UTF8.GetBytes(topic));
                Assert.True(
                    verdict == (expected ? AccessVerdict.Allowed : AccessVerdict.Denied),
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"seed {seed}: {kind} '{topic}' by '{userName}', '{clientId}' is {verdict} with\n{content}"));
                allowed += expected ? 1 : 0;
                checks++;
            }
        }

        // The rules are such that both answers are common.
        Assert.InRange(allowed, checks / 20, checks * 19 / 20);
    }

    private static string RandomList(Random random)
    {
        var content = new StringBuilder();
        int count = random.Next(12);
        for (int i = 0; i < count; i++)
        {
            string line = random.Next(5) switch
            {
                0 => "user " + (Pick(random, UserNames) is { Length: > 0 } name ? name : "u1"),
                1 or 2 => "pattern " + Pick(random, Accesses) + RandomFilter(random),
                _ => "topic " + Pick(random, Accesses) + RandomFilter(random),
            };
            content.Append(line).Append('\n');
        }

        return content.ToString();
    }

    private static string RandomFilter(Random random)
    {
        while (true)
        {
            string filter = string.Join('/', RandomLevels(random, Levels.Length));
            if (filter.Length > 0 && Protocol.TopicFilter.IsValid(Encoding.UTF8.GetBytes(filter)))
            {
                return filter;
            }
        }
    }

    private static string RandomTopic(Random random)
    {
        while (true)
        {
            string topic = string.Join('/', RandomLevels(random, Levels.Length - 6));
            if (topic.Length > 0)
            {
                return topic;
            }
        }
    }

    private static IEnumerable<string> RandomLevels(Random random, int choices)
    {
        int count = 1 + random.Next(3);
        for (int i = 0; i < count; i++)
        {
            yield return Levels[random.Next(choices)];
        }
    }

    private static T Pick<T>(Random random, T[] from) => from[random.Next(from.Length)];
}
