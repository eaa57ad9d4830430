// A message that waits for room in a full PublishBuffer. Its payload is the caller's, who leaves it alone until his
// task completes.

namespace FastMqtt.Broker.InProcess;

/// <param name="Publisher">Who publishes it.</param>
/// <param name="Message">What.</param>
/// <param name="ExpiresAtMilliseconds">Its time runs while it waits.</param>
/// <param name="Ticket">Who waits.</param>
internal readonly record struct WaitingPublish(
    InProcessClient Publisher, ApplicationMessage Message, long ExpiresAtMilliseconds, PublishTicket Ticket)
{
    public PublishContent Content
    {
        get
        {
            PublishContent content = default;
            content.Topic = Message.Encoded.Topic;
            content.Properties = Message.Encoded.Properties;
            content.Payload = Message.Payload.Span;
            content.QoS = Message.QoS;
            content.Retain = Message.Retain;
            content.ExpiresAtMilliseconds = ExpiresAtMilliseconds;
            return content;
        }
    }
}
