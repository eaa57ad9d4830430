// A folder for a broker's store, gone when the test is over.

using FastMqtt.Broker;

namespace FastMqtt.Embedding.Tests.Harness;

internal sealed class TemporaryStore : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fastmqtt-embedded-");

    public string File => Path.Combine(_folder.FullName, "store.db");

    /// <summary>The broker with these options keeps what must survive it here.</summary>
    public void Use(BrokerOptions options) => options.Persistence = new PersistenceOptions { Path = File };

    public void Dispose() => _folder.Delete(recursive: true);
}
