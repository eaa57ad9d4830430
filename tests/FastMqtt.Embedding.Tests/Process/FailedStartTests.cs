// A start that fails says why and leaves nothing: no port, no descriptor, no thread, no store that is still open.

using System.Net;
using System.Net.Sockets;
using FastMqtt.Broker;
using FastMqtt.Broker.Persistence;
using FastMqtt.Transport.Tests.Tls;
using FastMqtt.Transport.Tls;
using Microsoft.Extensions.Logging.Abstractions;

namespace FastMqtt.Embedding.Tests.Process;

[Collection(nameof(RunsAlone))]
public sealed class FailedStartTests
{
    private const int Attempts = 20;

    [Fact]
    public async Task A_port_that_is_taken()
    {
        await using EmbeddedBroker other = await EmbeddedBroker.StartAsync();
        using TemporaryStore store = new();
        using TestCertificates authority = new();
        TlsOptions tls = new();
        tls.Certificates.Add(authority.Server("server", "localhost"));
        LeavesNothing<SocketException>(() =>
        {
            BrokerOptions options = new() { Dispatchers = 2 };
            store.Use(options);
            options.Listeners.Add(new ListenerOptions { EndPoint = new IPEndPoint(IPAddress.Loopback, 0), Tls = tls });
            options.Listeners.Add(EmbeddedBroker.Anonymous(other.EndPoint.Port));
            return options;
        });
    }

    [Fact]
    public void A_certificate_that_is_not_there()
    {
        TlsOptions tls = new();
        tls.Certificates.Add(new TlsCertificate("/nowhere/server.crt", "/nowhere/server.key"));
        LeavesNothing<TlsException>(() => new BrokerOptions
        {
            Listeners =
            {
                EmbeddedBroker.Anonymous(),
                new ListenerOptions { EndPoint = new IPEndPoint(IPAddress.Loopback, 0), Tls = tls },
            },
        });
    }

    [Fact]
    public void A_store_in_a_folder_that_is_not_there() => LeavesNothing<StoreException>(() => new BrokerOptions
    {
        Listeners = { EmbeddedBroker.Anonymous() },
        Persistence = new PersistenceOptions { Path = "/nowhere/store.db" },
    });

    [Fact]
    public void A_database_to_import_that_is_none()
    {
        using TemporaryStore store = new();
        string import = store.File + ".old";
        File.WriteAllText(import, "this is no database of Mosquitto");

        // Each start fails, not the first alone: a store that had stayed would begin without what was to be imported.
        LeavesNothing<StoreException>(() => new BrokerOptions
        {
            Dispatchers = 2,
            Listeners = { EmbeddedBroker.Anonymous() },
            Persistence = new PersistenceOptions { Path = store.File, ImportFrom = import },
        });
    }

    private static void LeavesNothing<TException>(Func<BrokerOptions> options)
        where TException : Exception
    {
        Fail();
        ProcessFigures before = ProcessFigures.Take();
        for (int i = 0; i < Attempts; i++)
        {
            Fail();
        }

        ProcessFigures after = ProcessFigures.Take();
        Assert.InRange(after.BrokerThreads, 0, before.BrokerThreads);
        Assert.InRange(after.Descriptors, 0, before.Descriptors + 4);

        void Fail() => Assert.Throws<TException>(() => MqttBroker.Start(options(), NullLoggerFactory.Instance));
    }
}
