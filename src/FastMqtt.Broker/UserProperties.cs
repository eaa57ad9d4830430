// The User Properties among the raw properties of a packet, in their order, without an allocation. Made by whatever
// shows a packet to code of an embedder; the bytes are valid properties.

using FastMqtt.Protocol;

namespace FastMqtt.Broker;

/// <summary>The User Properties of a packet, in their order; for foreach.</summary>
public ref struct UserProperties
{
    private readonly ReadOnlySpan<byte> _properties;
    private PropertyReader _reader;

    internal UserProperties(ReadOnlySpan<byte> properties)
    {
        _properties = properties;
        _reader = new PropertyReader(properties);
    }

    /// <summary>The one that <see cref="MoveNext"/> has found.</summary>
    public readonly UserProperty Current => new(_reader.Name, _reader.Data);

    /// <summary>From the first one on.</summary>
    public readonly UserProperties GetEnumerator() => new(_properties);

    /// <summary>Whether there is another one.</summary>
    public bool MoveNext()
    {
        while (_reader.TryRead(out PropertyIdentifier identifier))
        {
            if (identifier == PropertyIdentifier.UserProperty)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The value of the first one with a name; false: there is none.</summary>
    /// <param name="name">In UTF-8.</param>
    /// <param name="value">In UTF-8.</param>
    public readonly bool TryGet(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        foreach (UserProperty property in this)
        {
            if (property.Name.SequenceEqual(name))
            {
                value = property.Value;
                return true;
            }
        }

        value = default;
        return false;
    }
}
