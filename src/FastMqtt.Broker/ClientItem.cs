// What an embedder keeps with a connection, typed. The value lies in the connection itself, so it goes with it.

namespace FastMqtt.Broker;

/// <summary>
/// A kind of value that an embedder keeps with connections: one static instance for each kind. From any thread.
/// </summary>
/// <typeparam name="T">What is kept.</typeparam>
public sealed class ClientItem<T>
{
    /// <summary>The connection's value from now on, until it is set again.</summary>
    public void Set(ClientConnection client, T value)
    {
        ArgumentNullException.ThrowIfNull(client);
        client.Items.Set(this, value);
    }

    /// <summary>The connection's value; false: none was set.</summary>
    public bool TryGet(ClientConnection client, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out T value)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client.Items.TryGet(this, out value);
    }

    /// <summary>The connection has none any more.</summary>
    /// <returns>Whether it had one.</returns>
    public bool Remove(ClientConnection client)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client.Items.Remove(this);
    }
}
