// What rules say about a topic, as a set: a topic may match several.

namespace FastMqtt.Access;

[Flags]
internal enum RuleKinds : byte
{
    None = 0,
    Read = 1,
    Write = 2,
    Deny = 4,
}
