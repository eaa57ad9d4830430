// One User Property of a message, where it lies.

namespace FastMqtt.Broker.InProcess;

/// <summary>A User Property, in UTF-8. Valid as long as the message it is of.</summary>
public readonly ref struct UserPropertySpan
{
    internal UserPropertySpan(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        Name = name;
        Value = value;
    }

    /// <summary>Its name.</summary>
    public ReadOnlySpan<byte> Name { get; }

    /// <summary>Its value.</summary>
    public ReadOnlySpan<byte> Value { get; }
}
