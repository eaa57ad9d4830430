// A poller that has lost its descriptor.

using System;
using System.ComponentModel;
using FastMqtt.Transport.Linux;

namespace FastMqtt.Transport.Tests.Pollers;

public sealed class BrokenPollerTests
{
    [Fact]
    public void Waiting_fails_instead_of_returning_nothing_for_ever()
    {
        EpollPoller poller = new();
        poller.Dispose();
        Assert.Throws<Win32Exception>(() => poller.Wait(new PollEvent[1], 0));
    }
}
