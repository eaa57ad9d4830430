// Walks the User Properties among raw properties, for foreach. Allocates nothing.

using FastMqtt.Protocol;

namespace FastMqtt.Broker.InProcess;

/// <summary>The User Properties of a message, one after the other.</summary>
public ref struct UserPropertyEnumerator
{
    private PropertyReader _reader;

    internal UserPropertyEnumerator(ReadOnlySpan<byte> properties) => _reader = new PropertyReader(properties);

    /// <summary>The one it stands at.</summary>
    public readonly UserPropertySpan Current => new(_reader.Name, _reader.Data);

    /// <summary>For foreach.</summary>
    public readonly UserPropertyEnumerator GetEnumerator() => this;

    /// <summary>Goes to the next one; false: there is none.</summary>
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
}
