// An answer of access rules.

namespace FastMqtt.Broker.Access;

/// <summary>An answer of access rules.</summary>
public enum AccessVerdict : byte
{
    /// <summary>No.</summary>
    Denied,

    /// <summary>Yes.</summary>
    Allowed,

    /// <summary>Not known here: somebody else must be asked, which takes time.</summary>
    Ask,
}
