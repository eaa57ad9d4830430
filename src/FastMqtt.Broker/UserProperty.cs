// One User Property of a packet, in place.

using System.Text;

namespace FastMqtt.Broker;

/// <summary>One User Property: a name and a value, in UTF-8.</summary>
public readonly ref struct UserProperty
{
    internal UserProperty(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        Name = name;
        Value = value;
    }

    /// <summary>The name, which need not be the only one of its kind.</summary>
    public ReadOnlySpan<byte> Name { get; }

    /// <summary>The value; may be empty.</summary>
    public ReadOnlySpan<byte> Value { get; }

    /// <summary>The name as a string.</summary>
    public string GetNameString() => Encoding.UTF8.GetString(Name);

    /// <summary>The value as a string.</summary>
    public string GetValueString() => Encoding.UTF8.GetString(Value);
}
