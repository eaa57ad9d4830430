// What happens when the process runs out of descriptors. The limit is the whole process's: nothing runs beside this.

using System.Net;
using System.Net.Sockets;
using FastMqtt.Transport.Linux;

namespace FastMqtt.Transport.Tests.Pollers;

[Collection(nameof(ProcessLimitsTests))]
[CollectionDefinition(nameof(ProcessLimitsTests), DisableParallelization = true)]
public sealed class ProcessLimitsTests
{
    [Fact]
    public void The_number_of_open_files_is_raised_to_the_hard_limit()
    {
        (long soft, long hard) = NativeSockets.GetOpenFilesLimit();
        NativeSockets.SetOpenFilesSoftLimit(Math.Min(soft, 1000));
        Assert.Equal(hard, ProcessLimits.RaiseOpenFiles());
        Assert.Equal(hard, NativeSockets.GetOpenFilesLimit().Soft);
    }

    [Fact]
    public void Accept_without_a_free_descriptor_is_exhausted_and_succeeds_later()
    {
        using EpollPoller poller = new();
        int listener = ListenSocket.Bind(new IPEndPoint(IPAddress.Loopback, 0), 8, out IPEndPoint bound);
        using Socket client = new(bound.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(bound);
        (long soft, _) = NativeSockets.GetOpenFilesLimit();
        (int lowestFree, int next) = NativeSockets.CreatePair();
        poller.Close(lowestFree);
        poller.Close(next);
        IoStatus status;
        try
        {
            NativeSockets.SetOpenFilesSoftLimit(lowestFree);
            status = poller.Accept(listener, out _, out _);
        }
        finally
        {
            NativeSockets.SetOpenFilesSoftLimit(soft);
        }

        Assert.Equal(IoStatus.Exhausted, status);
        Assert.Equal(IoStatus.Done, poller.Accept(listener, out int handle, out _));
        poller.Close(handle);
        ListenSocket.Close(listener);
    }
}
