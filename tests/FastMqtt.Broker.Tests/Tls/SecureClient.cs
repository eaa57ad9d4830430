// A client over SslStream that trusts one authority and no other, and judges the server's name. Packets are bytes.

using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using FastMqtt.Transport.Tests.Tls;
using Xunit;

namespace FastMqtt.Broker.Tests.Tls;

internal sealed class SecureClient : IAsyncDisposable
{
    private SecureClient(SslStream stream) => Stream = stream;

    public SslStream Stream { get; }

    public string ServerSubject => Stream.RemoteCertificate!.Subject;

    public static async Task<SecureClient> OpenAsync(
        IPEndPoint target, TestCertificates trusted, string host = "localhost", X509Certificate2? certificate = null)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(target, TestContext.Current.CancellationToken);
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        policy.CustomTrustStore.Add(trusted.Authority);
        try
        {
            await stream.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = host,
                    CertificateChainPolicy = policy,
                    ApplicationProtocols = [new SslApplicationProtocol("mqtt")],
                    LocalCertificateSelectionCallback = certificate is null ? null : (_, _, _, _, _) => certificate,
                },
                TestContext.Current.CancellationToken);
            return new SecureClient(stream);
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    public async Task ConnectAsync(string identifier)
    {
        await SendAsync(Packets.Connect(ProtocolVersion.Mqtt311, identifier));
        await ExpectAsync([0x20, 2, 0, 0]);
    }

    public async Task SubscribeAsync(string filter)
    {
        await SendAsync(Packets.Subscribe(ProtocolVersion.Mqtt311, 1, null, (filter, 0)));
        await ExpectAsync([0x90, 3, 0, 1, 0]);
    }

    public async Task SendAsync(byte[] packet) =>
        await Stream.WriteAsync(packet, TestContext.Current.CancellationToken);

    public async Task ExpectAsync(byte[] expected)
    {
        byte[] received = new byte[expected.Length];
        await Stream.ReadExactlyAsync(received, TestContext.Current.CancellationToken);
        Assert.Equal(expected, received);
    }

    public ValueTask DisposeAsync() => Stream.DisposeAsync();
}
