// Tests that load the machine or count what the process has run beside no others.

namespace FastMqtt.Embedding.Tests.Harness;

[CollectionDefinition(nameof(RunsAlone), DisableParallelization = true)]
public sealed class RunsAlone;
