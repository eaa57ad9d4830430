// The rules of an access control list by whom they are for. Filled by AclFileParser, then never changed.

namespace FastMqtt.Access;

internal sealed class AclTable
{
    public RuleTrie Anonymous { get; } = new();

    public Dictionary<string, RuleTrie> Users { get; } = new(StringComparer.Ordinal);

    public RuleTrie Patterns { get; } = new();
}
