// Removes the retained messages that match a filter, a step of a cursor in each slice, each message the way an empty
// retained PUBLISH does. When the disk is far behind it waits for it, as publishers do. Done when all of it is durable.

using System.Text;
using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Topics;
using FastMqtt.Protocol;

namespace FastMqtt.Broker.Administration;

internal sealed class RetainedClearing(BrokerState state, string filter, CancellationToken cancellation)
    : Inspection<int>(cancellation)
{
    private readonly Publication[] _step = new Publication[Limits.RetainedInSlice];
    private readonly RetainedCursor _cursor =
        state.Retained.Open(Encoding.UTF8.GetBytes(filter), seesReplaced: true);

    private int _removed;

    /// <summary>Posts the first slice.</summary>
    public void Start() => state.Dispatchers[0].Inbox.Post(this);

    protected override Dispatcher? Next(Dispatcher dispatcher)
    {
        int count = _cursor.TakeStep(_step, dispatcher.Now);
        for (int i = 0; i < count; i++)
        {
            Remove(dispatcher, _step[i]);
            dispatcher.Publications.Release(_step[i]);
            _step[i] = null!;
        }

        _removed += count;
        if (_cursor.IsFinished)
        {
            CompleteDurably(dispatcher, _removed);
            return null;
        }

        if (dispatcher.Journal is { IsOverLimit: true } journal)
        {
            journal.AfterCommit(() => dispatcher.Inbox.Post(this));
            return null;
        }

        return dispatcher;
    }

    private static void Remove(Dispatcher dispatcher, Publication publication)
    {
        var message = new Message
        {
            Topic = publication.Topic,
            QoS = QualityOfService.AtLeastOnce, // somebody waits for it
            Retain = true,
            ExpiresAtMilliseconds = long.MaxValue,
        };
        dispatcher.Packets.Publish.Retain(ref message); // [MQTT-3.3.1-6]
        message.Drop(dispatcher.Publications);
    }
}
