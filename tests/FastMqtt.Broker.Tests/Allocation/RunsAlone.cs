// Tests that count a thread's allocated bytes run beside no others: a collection that another test causes takes this
// thread's allocation buffer away, and the unused rest of it, up to 8 KiB, is counted as allocated.

using Xunit;

namespace FastMqtt.Broker.Tests.Allocation;

[CollectionDefinition(nameof(RunsAlone), DisableParallelization = true)]
public sealed class RunsAlone;
