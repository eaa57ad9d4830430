// What a service has decided.

namespace FastMqtt.Access;

internal enum HookDecision : byte
{
    Deny,
    Allow,
    Ignore,
}
