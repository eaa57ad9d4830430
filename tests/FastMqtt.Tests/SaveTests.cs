// SIGUSR1: what is said when everything is saved, when it cannot be, and when there is nothing to save.
using FastMqtt.Broker;
using FastMqtt.Broker.Persistence;
using FastMqtt.Tests.Configuration;
using Xunit;

namespace FastMqtt.Tests;

public class SaveTests
{
    private static readonly PersistenceOptions Saving = new() { Path = "/data/fastmqtt.db" };

    private readonly ListLogger _log = new();

    [Fact]
    public async Task what_was_saved_and_where_is_said_once_it_is()
    {
        var saved = new TaskCompletionSource();
        var asked = new TaskCompletionSource();
        Task task = Task.Run(() => BrokerProcess.Save(Saving, Save, _log), TestContext.Current.CancellationToken);
        await asked.Task;
        Assert.Empty(_log.Take());
        saved.SetResult();
        await task;
        Assert.Matches(
            @"^Information: SIGUSR1 received: saved /data/fastmqtt\.db in \d+ ms$", Assert.Single(_log.Take()));

        Task Save()
        {
            asked.SetResult();
            return saved.Task;
        }
    }

    [Fact]
    public void failure_is_an_error_and_the_broker_goes_on()
    {
        BrokerProcess.Save(Saving, () => Task.FromException(new StoreException("the disk is full")), _log);
        Assert.Equal(["Error: Not saved: the disk is full"], _log.Take());
    }

    [Fact]
    public void without_persistence_nothing_is_asked_for()
    {
        BrokerProcess.Save(null, () => throw new InvalidOperationException("nobody is to be asked"), _log);
        Assert.Equal(["Information: SIGUSR1 received: nothing to save, persistence is not on"], _log.Take());
    }
}
