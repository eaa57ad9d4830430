// The directory against a dictionary: sessions come and go in any order, and each is found exactly while it is there.

using System.Text;
using FastMqtt.Broker.Sessions;
using FastMqtt.Broker.Tests.Harness;
using Xunit;

namespace FastMqtt.Broker.Tests.Sessions;

public sealed class SessionDirectoryTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_session_is_found_exactly_while_it_is_there(int seed)
    {
        using var broker = new TestBroker();
        var directory = new SessionDirectory(broker.State);
        var model = new Dictionary<string, Session>();
        var random = new Random(seed);
        for (int step = 0; step < 20_000; step++)
        {
            // It grows to some hundred sessions and shrinks to none, in turn.
            bool grows = step / 2_000 % 2 == 0;
            string identifier = $"client-{random.Next(1_000)}";
            byte[] bytes = Encoding.UTF8.GetBytes(identifier);
            bool isThere = model.TryGetValue(identifier, out Session? expected);
            Assert.Equal(isThere, directory.TryFind(bytes, out Session? found));
            Assert.True(ReferenceEquals(expected, found), $"seed {seed}, step {step}");
            if (found is null && (grows || random.Next(10) == 0))
            {
                model[identifier] = new Session(0, broker.State.NumberOf(bytes), bytes);
                directory.Add(model[identifier]);
            }
            else if (found is not null && (!grows || random.Next(10) == 0))
            {
                directory.Remove(found);
                model.Remove(identifier);
            }

            Assert.Equal(model.Count, directory.Count);
        }

        foreach ((string identifier, Session session) in model)
        {
            Assert.True(directory.TryFind(Encoding.UTF8.GetBytes(identifier), out Session? found));
            Assert.Same(session, found);
        }
    }
}
