// TLS with certificates that change while the broker runs, on either side.

using System.Net;
using System.Security.Cryptography.X509Certificates;
using FastMqtt.Broker;
using FastMqtt.Transport.Tests.Tls;
using FastMqtt.Transport.Tls;
using MQTTnet;
using MQTTnet.Exceptions;

namespace FastMqtt.Embedding.Tests.Scenarios;

public sealed class TlsTests
{
    [Fact]
    public async Task A_new_certificate_is_for_new_connections_and_the_old_ones_stay()
    {
        using TestCertificates authority = new();
        TlsCertificate served = authority.Server("served", "localhost");
        string firstName = NameOf(served);
        await using EmbeddedBroker broker = await StartAsync(served);
        (InteropClient first, string shown) = await ConnectAsync(broker, trusted: firstName);
        await using InteropClient ofFirst = first;
        Assert.Equal(firstName, shown);
        await first.SubscribeAsync("1", QoS.AtLeastOnce);

        Replace(served, authority.Server("other", "localhost"));
        broker.Broker.ReloadTls();
        (InteropClient second, shown) = await ConnectAsync(broker, trusted: NameOf(served));
        await using InteropClient ofSecond = second;
        Assert.NotEqual(firstName, shown);
        await second.SubscribeAsync("2", QoS.AtLeastOnce);
        await first.PublishAsync("2", "from the old to the new", QoS.AtLeastOnce);
        await second.PublishAsync("1", "from the new to the old", QoS.AtLeastOnce);
        Assert.Equal("from the old to the new", (await second.ReceiveAsync()).Text);
        Assert.Equal("from the new to the old", (await first.ReceiveAsync()).Text);
    }

    [Fact]
    public async Task A_client_that_trusts_the_old_certificate_only_does_not_come_back()
    {
        using TestCertificates authority = new();
        TlsCertificate served = authority.Server("served", "localhost");
        string before = NameOf(served);
        await using EmbeddedBroker broker = await StartAsync(served);
        (InteropClient client, _) = await ConnectAsync(broker, trusted: before);
        await client.DisposeAsync();
        Replace(served, authority.Server("other", "localhost"));
        broker.Broker.ReloadTls();
        await Assert.ThrowsAnyAsync<MqttCommunicationException>(() => ConnectAsync(broker, trusted: before));
        (client, _) = await ConnectAsync(broker, trusted: NameOf(served));
        await client.DisposeAsync();
    }

    [Fact]
    public async Task A_client_with_a_certificate_of_a_new_authority_comes_in_once_the_broker_knows_that()
    {
        using TestCertificates authority = new();
        using TestCertificates newAuthority = new("Another authority");
        TlsCertificate served = authority.Server("served", "localhost");
        await using EmbeddedBroker broker = await StartAsync(served, authority.CaFile);
        (InteropClient client, _) = await ConnectAsync(broker, NameOf(served), authority.Client("ann"));
        await client.DisposeAsync();

        TlsCertificate swapped = newAuthority.Client("ann");
        await Assert.ThrowsAnyAsync<MqttCommunicationException>(
            () => ConnectAsync(broker, NameOf(served), swapped));
        File.Copy(newAuthority.CaFile, authority.CaFile, overwrite: true);
        broker.Broker.ReloadTls();
        (client, _) = await ConnectAsync(broker, NameOf(served), swapped);
        await client.DisposeAsync();
    }

    private static Task<EmbeddedBroker> StartAsync(TlsCertificate certificate, string? clientAuthority = null)
    {
        TlsOptions tls = new() { CaFile = clientAuthority, RequireCertificate = clientAuthority is not null };
        tls.Certificates.Add(certificate);
        return EmbeddedBroker.StartAsync(listener: new ListenerOptions
        {
            EndPoint = new IPEndPoint(IPAddress.Loopback, 0),
            AllowAnonymous = true,
            Tls = tls,
        });
    }

    // The client, and the fingerprint of the certificate it was shown.
    private static async Task<(InteropClient Client, string Shown)> ConnectAsync(
        EmbeddedBroker broker, string trusted, TlsCertificate? own = null)
    {
        string shown = "";
        InteropClient client = await broker.ConnectAsync(configure: options => options.WithTlsOptions(tls =>
        {
            tls.UseTls().WithCertificateValidationHandler(arguments =>
            {
                shown = arguments.Certificate.GetCertHashString();
                return shown == trusted;
            });
            if (own is not null)
            {
                tls.WithClientCertificates([TestCertificates.Load(own)]);
            }
        }));
        return (client, shown);
    }

    private static string NameOf(TlsCertificate certificate)
    {
        using X509Certificate2 loaded = X509CertificateLoader.LoadCertificateFromFile(certificate.CertificateFile);
        return loaded.GetCertHashString();
    }

    private static void Replace(TlsCertificate served, TlsCertificate other)
    {
        File.Copy(other.CertificateFile, served.CertificateFile, overwrite: true);
        File.Copy(other.KeyFile, served.KeyFile, overwrite: true);
    }
}
