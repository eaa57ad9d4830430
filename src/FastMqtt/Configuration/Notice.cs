// Something to say about the configuration when the broker starts: it starts all the same.
namespace FastMqtt.Configuration;

/// <param name="Text">The line without its level.</param>
/// <param name="IsWarning">Something that was asked for does not happen; otherwise it is only pointless.</param>
internal readonly record struct Notice(string Text, bool IsWarning);
