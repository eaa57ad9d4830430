// A connection over the scripted poller. Nothing takes time: an event that is not there at once never comes.

using FastMqtt.Broker.Tests.Scripted;

namespace FastMqtt.Transport.Tests.Links;

internal sealed class ScriptedLink : Link
{
    private const int NarrowBytes = 3001;

    private readonly FakeSocket _peer;

    public ScriptedLink()
        : base(new ScriptedPoller())
    {
        ScriptedPoller scripted = (ScriptedPoller)Poller;
        int listener = scripted.Network.Listen();
        _peer = scripted.Connect();
        Assert.Equal(IoStatus.Done, Poller.Accept(listener, out int handle, out PeerAddress peer));
        Connection = new Connection(Poller, handle, peer) { Token = Token };
        Assert.True(Poller.TryAdd(handle, Token));
        Await(PollFlags.Writable);
    }

    internal FakeSocket Peer => _peer;

    protected override bool TakesTime => false;

    public override int PeerWrite(ReadOnlySpan<byte> bytes)
    {
        _peer.Write(bytes);
        return bytes.Length;
    }

    public override byte[] PeerRead()
    {
        byte[] bytes = _peer.Read();
        if (_peer.SendRoom < NarrowBytes)
        {
            _peer.SendRoom = NarrowBytes;
        }

        return bytes;
    }

    public override void PeerEnd() => _peer.Shutdown();

    public override void PeerReset() => _peer.Reset();

    public override void NarrowSend() => _peer.SendRoom = NarrowBytes;
}
