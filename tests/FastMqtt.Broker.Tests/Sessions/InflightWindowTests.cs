// The in-flight window against a naive model: identifiers unique and reused first in first out, redelivery in order.

using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Sessions;
using FastMqtt.Broker.Tests.Topics;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Sessions;

public sealed class InflightWindowTests
{
    private static readonly Delivery AtLeastOnce = new(QualityOfService.AtLeastOnce, false, 0, null);

    [Fact]
    public void Identifiers_are_never_zero_and_unique_up_to_the_last()
    {
        // [MQTT-2.2.1-3] [MQTT-2.2.1-4]
        var window = new InflightWindow();
        Publication publication = TopicFixtures.NewPublication("t");
        var ids = new HashSet<ushort>();
        while (window.HasRoom(ushort.MaxValue))
        {
            Assert.True(ids.Add(window.Add(publication, AtLeastOnce)));
        }

        Assert.Equal(ushort.MaxValue, ids.Count);
        Assert.DoesNotContain((ushort)0, ids);
        window.Complete(777);
        Assert.True(window.HasRoom(ushort.MaxValue));
        Assert.Equal(777, window.Add(publication, AtLeastOnce));
    }

    [Fact]
    public void A_free_identifier_is_reused_as_late_as_possible()
    {
        var window = new InflightWindow();
        Publication publication = TopicFixtures.NewPublication("t");
        ushort first = window.Add(publication, AtLeastOnce);
        window.Complete(first);
        Assert.NotEqual(first, window.Add(publication, AtLeastOnce));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(1_000)]
    public void The_window_has_room_until_it_is_full_and_again_after_one_is_acknowledged(int size)
    {
        var window = new InflightWindow();
        Publication publication = TopicFixtures.NewPublication("t");
        for (int i = 0; i < size; i++)
        {
            Assert.True(window.HasRoom(size));
            window.Add(publication, AtLeastOnce);
        }

        Assert.False(window.HasRoom(size));
        Assert.NotNull(window.Complete(1));
        Assert.True(window.HasRoom(size));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Random_operations_agree_with_a_naive_model(int seed)
    {
        var random = new Random(seed);
        var window = new InflightWindow();
        var published = new List<(ushort Id, Publication Publication)>();
        var released = new List<ushort>();
        var toResend = new List<ushort>();
        var counted = new HashSet<ushort>();
        for (int step = 0; step < 20_000; step++)
        {
            int size = random.Next(1, 60);
            switch (random.Next(7))
            {
                case 0 or 1 or 2 when window.HasRoom(size) && !window.HasResend:
                    Publication added = TopicFixtures.NewPublication($"t{step}");
                    ushort id = window.Add(added, AtLeastOnce);
                    Assert.DoesNotContain(id, published.Select(entry => entry.Id).Concat(released));
                    published.Add((id, added));
                    counted.Add(id);
                    break;
                case 3 when published.Count > 0:
                    int at = random.Next(published.Count);
                    ushort acknowledged = published[at].Id;
                    if (random.Next(2) == 0)
                    {
                        Assert.Same(published[at].Publication, window.Complete(acknowledged));
                        counted.Remove(acknowledged);
                    }
                    else
                    {
                        Assert.Same(published[at].Publication, window.Release(acknowledged));
                        released.Add(acknowledged);
                    }

                    published.RemoveAt(at);
                    toResend.Remove(acknowledged);
                    break;
                case 4 when released.Count > 0:
                    ushort completed = released[random.Next(released.Count)];
                    Assert.Null(window.Complete(completed));
                    released.Remove(completed);
                    counted.Remove(completed);
                    break;
                case 5 when random.Next(20) == 0:
                    window.BeginResend();
                    toResend = [.. published.Select(entry => entry.Id)];
                    counted.Clear();
                    break;
                case 6 when window.HasResend:
                    Assert.Equal(toResend[0], window.TakeResend());
                    counted.Add(toResend[0]);
                    toResend.RemoveAt(0);
                    break;
            }

            string where = $"seed {seed} step {step}";
            Assert.True(window.Count == published.Count + released.Count, where);
            Assert.True(window.HasResend == toResend.Count > 0, where);
            Assert.True(window.HasRoom(size) == counted.Count < size, where);
            Assert.True(Walk(window, window.FirstPublished).SequenceEqual(published.Select(entry => entry.Id)), where);
            Assert.True(Walk(window, window.FirstReleased).SequenceEqual(released), where);
        }
    }

    private static List<ushort> Walk(InflightWindow window, ushort first)
    {
        List<ushort> ids = [];
        for (ushort id = first; id != 0; id = window[id].Next)
        {
            ids.Add(id);
        }

        return ids;
    }
}
