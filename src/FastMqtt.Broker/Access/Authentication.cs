// A client on its way in: what it waits for and what came of it. Null in a client that nobody has to be asked about.
// Owned by the client's dispatcher; the work itself is AccessTask's, off the dispatcher, one at a time.
//
// Order. CONNECT is decoded, everything that costs nothing is checked, and the session's owner has the connection. If
// somebody must be asked, a task is started and the connection is not read until its answer comes back through the
// inbox. With a password the CONNECT stays among the unread bytes and is handled again, and finds the identity here.
// With enhanced authentication the client sends AUTH packets in between, so the CONNECT is kept here. A client that
// goes cancels its task; an answer that comes after that finds the client closed and does nothing.

using FastMqtt.Protocol;

namespace FastMqtt.Broker.Access;

internal sealed class Authentication
{
    /// <summary>Who it is, once that is known.</summary>
    public ClientIdentity? Identity { get; set; }

    /// <summary>Common Name of the certificate that it has shown to a proxy; null: none.</summary>
    public string? ProxiedName { get; init; }

    /// <summary>Why it is refused, once that is known.</summary>
    public ReasonCode Refusal { get; set; }

    /// <summary>The exchange of enhanced authentication; kept for another one later.</summary>
    public IAuthenticationExchange? Exchange { get; set; }

    public string? Method { get; set; }

    /// <summary>The Client Identifier the broker has made for it.</summary>
    public byte[]? AssignedIdentifier { get; set; }

    /// <summary>The CONNECT frame while AUTH packets are exchanged.</summary>
    public byte[]? Connect { get; set; }

    /// <summary>Authentication Data that goes with the success.</summary>
    public ReadOnlyMemory<byte> LastData { get; set; }

    /// <summary>What asynchronous hooks say about the packet that is handled again; null: nobody was asked.</summary>
    public object? Answer { get; set; }

    /// <summary>What runs for it now.</summary>
    public CancellationTokenSource? Task { get; set; }

    /// <summary>Ends the client when its credentials do.</summary>
    public IdentityDeadline? Deadline { get; set; }
}
