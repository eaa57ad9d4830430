// Share names of one filter: at the limit, one past it, and free again when a group ends.

using FastMqtt.Broker.Tests.Harness;
using FastMqtt.Protocol;
using Xunit;

namespace FastMqtt.Broker.Tests.Bounds;

public sealed class SharedGroupLimitTests
{
    [Fact]
    public void Shared_groups_per_filter_are_granted_and_the_next_is_refused()
    {
        // Limits.SharedGroupsPerFilter
        using var broker = new TestBroker(2);
        TestClient client = broker.Connect(broker.IdentifierOn(0));
        for (int i = 0; i < Limits.SharedGroupsPerFilter; i++)
        {
            client.Subscribe($"$share/g{i}/t");
        }

        TestClient other = broker.Connect(broker.IdentifierOn(1), at: 1);
        Assert.Equal((byte)ReasonCode.QuotaExceeded, other.TrySubscribe("$share/one more/t"));
        Assert.Equal(0, other.TrySubscribe("$share/g7/t"));
        Assert.Equal(0, other.TrySubscribe("$share/one more/u"));
        Assert.Equal(0, other.TrySubscribe("t"));
        client.Unsubscribe("$share/g8/t");
        Assert.Equal(0, other.TrySubscribe("$share/one more/t"));
    }
}
