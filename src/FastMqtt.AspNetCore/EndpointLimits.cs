// Every bound of a WebSocket endpoint, with its unit and its reason. What is behind the upgrade has the broker's
// limits.
namespace FastMqtt.AspNetCore;

internal static class EndpointLimits
{
    /// <summary>Characters of a denied origin that are logged: whoever sends it is a stranger.</summary>
    public const int LoggedOriginCharacters = 200;

    /// <summary>Bytes asked for at a time: a piece of a frame, however large the frame is.</summary>
    public const int ReceivePieceBytes = 4 * 1024;

    /// <summary>For the peer to take what is left and to answer a close, when the broker has ended it.</summary>
    public static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(2);
}
