// The Reason Codes a hook may give: what the packet that carries them allows, and none that means success.

using FastMqtt.Protocol;

namespace FastMqtt.Broker.Hooks;

internal static class HookRefusal
{
    /// <exception cref="ArgumentOutOfRangeException">The packet cannot say that, or it is no refusal.</exception>
    public static ReasonCode Check(PacketType packet, ReasonCode reason) =>
        reason >= ReasonCode.UnspecifiedError && AllowedReasonCodes.Contains(packet, reason)
            ? reason
            : throw new ArgumentOutOfRangeException(nameof(reason), reason, $"No refusal that {packet} can carry.");
}
