// The retained store and its cursors against a naive store, with changes between the steps of open cursors, by seed.
using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Topics;
using Xunit;
using static FastMqtt.Broker.Tests.Topics.TopicFixtures;

namespace FastMqtt.Broker.Tests.Topics;

public class RetainedMessagesModel
{
    private const int SeedCount = 300;
    private const int StepCount = 400;

    [Fact]
    public void Store_and_cursors_agree_with_a_naive_store()
    {
        for (int seed = 0; seed < SeedCount; seed++)
        {
            try
            {
                new Run(seed).Play();
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"seed {seed}", failure);
            }
        }
    }

    private sealed class Run(int seed)
    {
        private readonly Random _random = new(seed);
        private readonly RetainedMessages _store = new((ulong)seed);
        private readonly Dictionary<string, Publication> _model = [];
        private readonly List<Walk> _walks = [];
        private readonly Publication[] _buffer = new Publication[3];
        private long _now = 1;

        public void Play()
        {
            for (int step = 0; step < StepCount; step++)
            {
                Change();
                Assert.Equal(_model.Count, _store.Count);
                Assert.Equal(_model.Keys.Sum(k => (long)Bytes(k).Length), _store.Bytes);
                if (_random.Next(10) == 0)
                {
                    string filter = RandomFilter(_random);
                    _walks.Add(new Walk(filter, _store.Open(Bytes(filter)), ExpectedOf(filter)));
                }

                if (_walks.Count > 0 && _random.Next(3) == 0)
                {
                    Advance(_walks[_random.Next(_walks.Count)]);
                }
            }

            while (_walks.Count > 0)
            {
                Advance(_walks[^1]);
            }

            foreach (string topic in _model.Keys)
            {
                Assert.True(_model[topic].References >= 1);
                Assert.Same(_model[topic], _store.Remove(Bytes(topic)));
            }

            Assert.Equal(0, _store.Count);
            Assert.Equal(0, _store.Open("#"u8).Take(_buffer, _now));
        }

        private void Change()
        {
            string topic = RandomName();
            switch (_random.Next(7))
            {
                case < 3:
                    long expires = _random.Next(3) == 0 ? _now + _random.Next(50) : long.MaxValue;
                    Publication publication = NewPublication(topic, expires);
                    Assert.Same(_model.GetValueOrDefault(topic), _store.Set(publication));
                    Forget(topic);
                    _model[topic] = publication;
                    break;
                case < 5:
                    Assert.Same(_model.GetValueOrDefault(topic), _store.Remove(Bytes(topic)));
                    Forget(topic);
                    break;
                case 5:
                    _now += _random.Next(8);
                    break;
                default:
                    Sweep();
                    break;
            }
        }

        // Many siblings now and then, so that tables grow and orders are closed up under open cursors.
        private string RandomName() => seed % 2 == 0 || _random.Next(3) == 0
            ? RandomTopic(_random)
            : $"a/{_random.Next(60)}";

        private void Sweep()
        {
            int count = _store.SweepExpired(_now, _buffer);
            for (int i = 0; i < count; i++)
            {
                string topic = Text(_buffer[i].Topic);
                Assert.Same(_model[topic], _buffer[i]);
                Assert.True(_buffer[i].ExpiresAtMilliseconds <= _now);
                Forget(topic);
            }

            Assert.True(count == _buffer.Length || _model.Values.All(p => p.ExpiresAtMilliseconds > _now));
        }

        // Removed or replaced: open walks must not deliver it any more.
        private void Forget(string topic)
        {
            _model.Remove(topic);
            _walks.ForEach(w => w.Expected.Remove(topic));
        }

        private Dictionary<string, Publication> ExpectedOf(string filter) =>
            _model.Where(m => IsMatch(filter, m.Key)).ToDictionary();

        private void Advance(Walk walk)
        {
            int room = _random.Next(1, _buffer.Length + 1);
            int count = walk.Cursor.Take(_buffer.AsSpan(0, room), _now);
            for (int i = 0; i < count; i++)
            {
                string topic = Text(_buffer[i].Topic);
                Assert.True(walk.Expected.Remove(topic, out Publication? expected), $"{walk.Filter}: {topic}");
                Assert.Same(expected, _buffer[i]);
                Assert.True(expected.ExpiresAtMilliseconds > _now);
                Assert.True(expected.References > 1);
            }

            if (count == 0)
            {
                Assert.True(walk.Cursor.IsFinished);
                Assert.All(walk.Expected.Values, p => Assert.True(p.ExpiresAtMilliseconds <= _now));
                _walks.Remove(walk);
            }
        }

    }

    private sealed record Walk(string Filter, RetainedCursor Cursor, Dictionary<string, Publication> Expected);
}
