// A message the host publishes on a topic of $SYS, such as a line of the log: not retained, gone after a while for who
// is not there. Run on the dispatcher it was posted to.

using FastMqtt.Protocol;

namespace FastMqtt.Broker.Dispatch;

internal sealed class SystemPublication(byte[] topic, byte[] payload) : InboxItem
{
    private const long LifeMilliseconds = 20_000;

    public override long Bytes => topic.Length + payload.Length;

    public override void Run(Dispatcher dispatcher)
    {
        var message = new Message
        {
            Topic = topic,
            Payload = payload,
            QoS = QualityOfService.ExactlyOnce, // a subscriber's own QoS decides
            ExpiresAtMilliseconds = dispatcher.Now + LifeMilliseconds,
        };
        dispatcher.FanOut.Route(ref message);
        message.Drop(dispatcher.Publications);
    }
}
