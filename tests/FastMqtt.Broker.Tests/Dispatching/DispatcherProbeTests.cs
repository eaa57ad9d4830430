// A dispatcher that hangs does not answer, however many others do.

using FastMqtt.Broker.Dispatch;
using FastMqtt.Broker.Tests.Harness;
using Xunit;

namespace FastMqtt.Broker.Tests.Dispatching;

public sealed class DispatcherProbeTests
{
    [Fact]
    public void All_have_to_answer()
    {
        using var broker = new TestBroker(3);
        var probe = new DispatcherProbe(broker.Dispatchers);
        Assert.True(probe.Ask()); // not asked before
        broker.Tick();
        Assert.True(probe.Ask());
        broker.Dispatchers[0].Tick();
        broker.Dispatchers[2].Tick();
        Assert.False(probe.Ask()); // the one in the middle hangs
        Assert.False(probe.Ask());
        broker.Dispatchers[1].Tick();
        Assert.True(probe.Ask());
    }
}
