// Who gets an in-process subscription's messages as spans.

namespace FastMqtt.Broker.InProcess;

/// <summary>
/// Handles a message on the dispatcher, between two messages of all its clients: it must not block, and what the
/// message shows is gone when it returns. It may publish (TryPublish, or PublishAsync without waiting for it there).
/// What it throws is logged and counted, and the message counts as delivered.
/// </summary>
/// <param name="message">Valid until the handler returns.</param>
public delegate void MessageHandler(in ReceivedSpan message);
