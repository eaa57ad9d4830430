// When a new subscription gets the retained messages, by its number on the wire.
// The value 3 is a Protocol Error and never leaves a reader.
namespace FastMqtt.Protocol;

public enum RetainHandling : byte
{
    SendAtSubscribe,
    SendAtSubscribeIfNew,
    DoNotSend,
}
