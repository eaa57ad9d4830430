// A folder for a store's files, gone when the test is over.

namespace FastMqtt.Broker.Tests.Persistence;

internal sealed class StoreFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fastmqtt-store-");

    public string Store => PathOf("store.db");

    public string PathOf(string name) => Path.Combine(_folder.FullName, name);

    public string[] Names() => [.. _folder.GetFiles().Select(file => file.Name).Order()];

    public string[] Damaged() => [.. Names().Where(name => name.Contains(".damaged-", StringComparison.Ordinal))];

    public void Dispose() => _folder.Delete(recursive: true);
}
