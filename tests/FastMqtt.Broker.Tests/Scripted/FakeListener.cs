// A listener: clients that connected and were not accepted yet.

using FastMqtt.Transport;

namespace FastMqtt.Broker.Tests.Scripted;

internal sealed class FakeListener : FakeHandle
{
    public FakeListener(int handle) => Handle = handle;

    public Queue<FakeSocket> Waiting { get; } = [];

    public override PollFlags Ready => Waiting.Count > 0 ? PollFlags.Readable : PollFlags.None;
}
