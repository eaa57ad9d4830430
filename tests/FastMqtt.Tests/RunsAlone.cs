// Tests that count allocations run after the others: while those start, the runtime compiles what is new before what is
// hot, and unoptimised code boxes.
using Xunit;

namespace FastMqtt.Tests;

[CollectionDefinition(nameof(RunsAlone), DisableParallelization = true)]
public sealed class RunsAlone;
