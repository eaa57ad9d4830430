// Mosquitto's states of a message in a client's queues, and what they come to. It has more of them than the protocol
// has: one for each thing it is about to send, which a client that comes back is sent anyway.

namespace FastMqtt.Broker.Persistence.Mosquitto;

internal static class MessageStates
{
    private const byte PublishQoS0 = 1;
    private const byte PublishQoS1 = 2;
    private const byte WaitForPuback = 3;
    private const byte PublishQoS2 = 4;
    private const byte WaitForPubrec = 5;
    private const byte ResendPubrel = 6;
    private const byte WaitForPubrel = 7;
    private const byte WaitForPubcomp = 9;
    private const byte SendPubrec = 10;
    private const byte Queued = 11;

    /// <summary>False: no message that goes this way is ever in this state.</summary>
    public static bool TryTranslate(
        byte state, MosquittoDirection direction, bool wasSent, out MosquittoMessageState result) =>
        direction == MosquittoDirection.Out
            ? TryTranslateOut(state, wasSent, out result)
            : TryTranslateIn(state, out result);

    /// <summary>Whether a message of this QoS and Packet Identifier can have come that far.</summary>
    public static bool IsPossible(MosquittoMessageState state, byte qos, ushort packetIdentifier) => state switch
    {
        MosquittoMessageState.Queued => qos <= 2,
        MosquittoMessageState.Published => qos is 1 or 2 && packetIdentifier != 0,
        _ => qos == 2 && packetIdentifier != 0,
    };

    // About to publish is both: a message in the window that has never left, and one that goes out again because its
    // client came back. The second has its DUP set.
    private static bool TryTranslateOut(byte state, bool wasSent, out MosquittoMessageState result)
    {
        switch (state)
        {
            case PublishQoS0 or Queued:
                result = MosquittoMessageState.Queued;
                return true;
            case PublishQoS1 or PublishQoS2:
                result = wasSent ? MosquittoMessageState.Published : MosquittoMessageState.Queued;
                return true;
            case WaitForPuback or WaitForPubrec:
                result = MosquittoMessageState.Published;
                return true;
            case ResendPubrel or WaitForPubcomp:
                result = MosquittoMessageState.Released;
                return true;
            default:
                result = default;
                return false;
        }
    }

    // A message that came in over the Receive Maximum is queued without PUBREC; when its client comes back Mosquitto
    // gives it the state of one to publish, though it is not.
    private static bool TryTranslateIn(byte state, out MosquittoMessageState result)
    {
        switch (state)
        {
            case PublishQoS0 or PublishQoS1 or PublishQoS2 or Queued:
                result = MosquittoMessageState.Queued;
                return true;
            case WaitForPubrel or SendPubrec:
                result = MosquittoMessageState.Received;
                return true;
            default:
                result = default;
                return false;
        }
    }
}
