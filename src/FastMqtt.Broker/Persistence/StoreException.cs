// The store could not do what it was asked to; what the disk says is in the message.

namespace FastMqtt.Broker.Persistence;

/// <summary>The store could not do what it was asked to; what the disk says is in the message.</summary>
public sealed class StoreException : Exception
{
    /// <inheritdoc/>
    public StoreException(string message)
        : base(message)
    {
    }

    /// <inheritdoc/>
    public StoreException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <inheritdoc/>
    public StoreException()
    {
    }
}
