// What holds for one request to a WebSocket endpoint: a snapshot, since options may be replaced while it runs.
using FastMqtt.Transport;
using FastMqtt.Transport.Tls;

namespace FastMqtt.AspNetCore;

/// <param name="Peer">Where the client is.</param>
/// <param name="Certificate">The certificate it has shown, verified; null: none.</param>
/// <param name="Origins">The only values of the Origin header that are let in; empty: any.</param>
/// <param name="KeepAlive">How often a frame is sent on a quiet connection; zero: never.</param>
/// <param name="MaximumConnections">Connections at a time; -1: any number.</param>
internal readonly record struct EndpointTerms(
    PeerAddress Peer,
    PeerCertificate? Certificate,
    IReadOnlyCollection<string> Origins,
    TimeSpan KeepAlive,
    int MaximumConnections);
