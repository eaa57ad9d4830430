// Which poller the brokers of a test run have that listen on real sockets: the one FASTMQTT_TEST_POLLER names, or the
// system's own. build/test.sh runs the suites that have such brokers once more with each other kind.

namespace FastMqtt.Broker.Tests.Harness;

internal static class TestPoller
{
    public static PollerKind Kind { get; } =
        Environment.GetEnvironmentVariable("FASTMQTT_TEST_POLLER") is { Length: > 0 } name
            ? Enum.Parse<PollerKind>(name, ignoreCase: true)
            : PollerKind.Automatic;
}
