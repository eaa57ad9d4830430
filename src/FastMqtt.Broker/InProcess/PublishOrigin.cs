// Where messages of a PublishBlock come from.

namespace FastMqtt.Broker.InProcess;

/// <param name="Publisher">Who publishes them.</param>
/// <param name="Ticket">Who waits until the one message is routed and durable; null: nobody.</param>
internal readonly record struct PublishOrigin(InProcessClient Publisher, PublishTicket? Ticket);
